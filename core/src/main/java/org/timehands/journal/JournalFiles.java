package org.timehands.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The files of a journal: their names, their order, and how they are read. */
final class JournalFiles {
  /** Files up to this size are copied to the heap; larger ones are mapped. */
  private static final long MAP_BYTES = 1 << 20;

  private static final Pattern NAME = Pattern.compile("\\d{8,18}\\.journal");
  private static final String UNFINISHED = ".unfinished";

  private JournalFiles() {}

  /** The path of a file by its number. */
  static Path path(Path directory, long number) {
    return directory.resolve(String.format(Locale.ROOT, "%08d.journal", number));
  }

  /** The path that a file has until its head is complete. */
  static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + UNFINISHED);
  }

  /** The number in a file's name. */
  static long number(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  /** The files of a directory, in order of their numbers. */
  static List<Path> list(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path each : entries) {
        if (NAME.matcher(each.getFileName().toString()).matches()) {
          found.add(each);
        }
      }
    }
    found.sort((a, b) -> Long.compare(number(a), number(b)));
    return found;
  }

  /** The files that a path means: those of a directory, or the one file. */
  static List<Path> filesOf(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      List<Path> files = list(path);
      if (files.isEmpty()) {
        throw new NoSuchFileException(
            path.toString(), null, "no journal is in this directory; name one that has *.journal");
      }
      return files;
    }
    return List.of(path);
  }

  /**
   * All bytes of a file, little-endian.
   *
   * @throws JournalFormatException if it is longer than any journal's
   */
  static ByteBuffer read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long bytes = channel.size();
      // A record may be longer than a file was to be; more than a buffer takes is none of ours.
      if (bytes > Integer.MAX_VALUE) {
        throw new JournalFormatException(
            file + " has " + bytes + " bytes: no journal's file is longer than "
                + JournalOptions.MAX_FILE_BYTES);
      }
      if (bytes > MAP_BYTES) {
        return channel
            .map(FileChannel.MapMode.READ_ONLY, 0, bytes)
            .order(ByteOrder.LITTLE_ENDIAN);
      }
      ByteBuffer heap = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
      while (heap.hasRemaining() && channel.read(heap) > 0) {
        // A file may grow or shrink meanwhile; what was there at first is what counts.
      }
      return heap.flip();
    }
  }

  /** Opens a file for writing, never through a symbolic link. */
  static FileChannel openToWrite(Path file, StandardOpenOption... more) throws IOException {
    List<OpenOption> options = new ArrayList<>(List.of(more));
    options.add(StandardOpenOption.READ);
    options.add(StandardOpenOption.WRITE);
    options.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(file, options.toArray(new OpenOption[0]));
  }

  /** Forces a directory's entries to the disk. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes what a process left that died while it made a file. */
  static void removeUnfinished(Path directory) throws IOException {
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(directory, "*.journal" + UNFINISHED)) {
      for (Path each : entries) {
        Files.deleteIfExists(each);
      }
    }
  }
}
