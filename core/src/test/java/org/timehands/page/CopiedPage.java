package org.timehands.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A copy of a page's files, to be damaged. */
final class CopiedPage {
  private CopiedPage() {}

  static Path of(Path directory, Path copy) throws IOException {
    Files.createDirectories(copy);
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : new String[] {"page", "horizon"}) {
      Files.write(copy.resolve(name), Files.readAllBytes(directory.resolve(name)));
      Files.setPosixFilePermissions(
          copy.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
    }
    return copy;
  }
}
