package org.timehands.discipline;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Reads the {@code leap-seconds.list} of the IERS.
 *
 * <pre>
 *   #$ 3960835200            updated, in NTP seconds (since 1900)
 *   #@ 3991593600            expires
 *   2272060800  10  # text   from this NTP second on, TAI-UTC
 *   #h 49db2447 ... (five)   SHA-1 of all the digits above, in order of kind: $, @, entries
 *   # text                   anything else
 * </pre>
 *
 * <p>Expiry and at least one entry must be there; the hash is checked if it is.
 */
final class LeapTableParser {
  /** Seconds from 1900, NTP's beginning, to 1970. */
  static final long NTP_TO_UNIX_SECONDS = 2_208_988_800L;

  private static final int HASH_WORDS = 5;
  private static final int HASH_WORD_DIGITS = 8;

  private final String name;
  private final List<LeapTable.Entry> entries = new ArrayList<>();
  private final StringBuilder digits = new StringBuilder();
  private String updated = "";
  private String expires = "";
  private String hash = "";
  private int hashLine;
  private int lineNumber;

  LeapTableParser(String name) {
    this.name = name;
  }

  LeapTable parse(String text) throws LeapTableException {
    for (String line : text.lines().toList()) {
      lineNumber++;
      take(line.strip());
    }
    if (expires.isEmpty()) {
      throw refuse("no line '#@ SECONDS' says when the table expires");
    }
    if (entries.isEmpty()) {
      throw refuse("no entry; one is 'NTP-SECONDS TAI-UTC', such as '2272060800 10'");
    }
    checkHash();
    return LeapTable.of(ntpSecond(expires), entries);
  }

  private void take(String line) throws LeapTableException {
    if (line.startsWith("#$")) {
      updated = single(updated, line, "#$");
    } else if (line.startsWith("#@")) {
      expires = single(expires, line, "#@");
    } else if (line.startsWith("#h")) {
      hash = hashOf(line.substring(2).strip());
      hashLine = lineNumber;
    } else if (!line.isEmpty() && !line.startsWith("#")) {
      entry(line.split("#", 2)[0].strip());
    }
  }

  private String single(String before, String line, String mark) throws LeapTableException {
    if (!before.isEmpty()) {
      throw refuse("a second line '" + mark + "'; allowed is one");
    }
    String value = line.substring(2).strip();
    ntpSecond(value);
    return value;
  }

  private void entry(String text) throws LeapTableException {
    String[] parts = text.split("\\s+", -1);
    if (parts.length != 2) {
      throw refuse("'" + text + "' must be two numbers, NTP seconds and TAI-UTC");
    }
    if (entries.size() == LeapTable.MAX_ENTRIES) {
      throw refuse("more than " + LeapTable.MAX_ENTRIES + " entries");
    }
    long second = ntpSecond(parts[0]);
    int offset = (int) number(parts[1], "-?[0-9]{1,6}", "TAI-UTC of up to six digits");
    LeapTable.Entry entry = new LeapTable.Entry(second, offset);
    String fault = LeapTable.fault(entries.isEmpty() ? null : entries.getLast(), entry);
    if (!fault.isEmpty()) {
      throw refuse("'" + text + "': " + fault + " (in seconds since 1970)");
    }
    entries.add(entry);
    digits.append(parts[0]).append(parts[1]);
  }

  private long ntpSecond(String text) throws LeapTableException {
    return number(text, "[0-9]{1,12}", "NTP seconds of up to twelve digits") - NTP_TO_UNIX_SECONDS;
  }

  private long number(String text, String pattern, String allowed) throws LeapTableException {
    if (!text.matches(pattern)) {
      throw refuse("'" + text + "' must be a number: " + allowed);
    }
    return Long.parseLong(text);
  }

  /** Five words of hexadecimal digits; a word may have lost leading zeroes. */
  private String hashOf(String text) throws LeapTableException {
    String[] words = text.split("\\s+", -1);
    StringBuilder all = new StringBuilder();
    for (String word : words) {
      if (!word.matches("[0-9a-fA-F]{1,8}")) {
        throw refuse("hash word '" + word + "' must be 1 to 8 hexadecimal digits");
      }
      all.append("0".repeat(HASH_WORD_DIGITS - word.length())).append(word);
    }
    if (words.length != HASH_WORDS) {
      throw refuse("hash of " + words.length + " words must have " + HASH_WORDS);
    }
    return all.toString().toLowerCase(Locale.ROOT);
  }

  private void checkHash() throws LeapTableException {
    if (hash.isEmpty()) {
      return;
    }
    String found = sha1(updated + expires + digits);
    if (!found.equals(hash)) {
      lineNumber = hashLine;
      throw refuse(
          "the table's digits have SHA-1 " + found + " but the line says " + hash
              + ": the file is damaged, install it again");
    }
  }

  private static String sha1(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  private LeapTableException refuse(String why) {
    return new LeapTableException(name + ", line " + lineNumber + ": " + why);
  }
}
