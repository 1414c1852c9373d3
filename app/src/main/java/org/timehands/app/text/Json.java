package org.timehands.app.text;

/**
 * A writer of JSON (RFC 8259) into a growing text: one value after the other, commas and escapes
 * set by itself.
 *
 * <p>Times are whole numbers; only statistics are not. What does not exist is null, never a magic
 * number. Names are written as they are: identifiers. The caller closes what it opened. Reusable
 * after {@link #reset}; not thread-safe.
 */
public final class Json {
  private final StringBuilder out;
  private boolean comma;

  /** A writer that appends to a text. */
  public Json(StringBuilder out) {
    this.out = out;
  }

  /** Forgets that anything was written, for the next line. */
  public Json reset() {
    comma = false;
    return this;
  }

  /** Opens an object or an array: as an element, or as the whole. */
  public Json open(char bracket) {
    separate().append(bracket);
    comma = false;
    return this;
  }

  /** Opens an object or an array as a member of an object. */
  public Json open(String name, char bracket) {
    name(name).append(bracket);
    comma = false;
    return this;
  }

  /** Closes an object or an array. */
  public Json close(char bracket) {
    out.append(bracket);
    comma = true;
    return this;
  }

  /** A text as a member; null stays null. */
  public Json put(String name, CharSequence value) {
    quote(name(name), value);
    return this;
  }

  /** A text as an element. */
  public Json element(CharSequence value) {
    quote(separate(), value);
    return this;
  }

  /** A number as a member. */
  public Json put(String name, long value) {
    name(name).append(value);
    return this;
  }

  /** A number that is no count and no time as a member; null if it is not finite. */
  public Json put(String name, double value) {
    name(name).append(Double.isFinite(value) ? Double.toString(value) : "null");
    return this;
  }

  /** A truth value as a member. */
  public Json put(String name, boolean value) {
    name(name).append(value);
    return this;
  }

  /** A number as a member, or null if it is {@link Long#MAX_VALUE}: not bounded, not known. */
  public Json putBounded(String name, long value) {
    return value == Long.MAX_VALUE ? put(name, null) : put(name, value);
  }

  private StringBuilder name(String name) {
    return separate().append('"').append(name).append("\":");
  }

  private StringBuilder separate() {
    if (comma) {
      out.append(',');
    }
    comma = true;
    return out;
  }

  private static void quote(StringBuilder to, CharSequence text) {
    if (text == null) {
      to.append("null");
      return;
    }
    to.append('"');
    int plain = 0;
    while (plain < text.length() && isPlain(text.charAt(plain))) {
      plain++;
    }
    to.append(text, 0, plain);
    for (int i = plain; i < text.length(); i++) {
      char each = text.charAt(i);
      if (isPlain(each)) {
        to.append(each);
      } else if (each == '"' || each == '\\') {
        to.append('\\').append(each);
      } else {
        to.append(String.format("\\u%04x", (int) each));
      }
    }
    to.append('"');
  }

  /** Surrogates are escaped too: half a pair could not be written as UTF-8. */
  private static boolean isPlain(char each) {
    return each >= ' ' && each != '"' && each != '\\' && each != 0x7F
        && !Character.isSurrogate(each);
  }
}
