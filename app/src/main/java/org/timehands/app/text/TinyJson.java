package org.timehands.app.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A strict reader of JSON as {@link Json} writes it: objects become maps, arrays lists, numbers
 * longs; refuses what RFC 8259 refuses, numbers that are not whole, and what is nested too deep. It
 * is safe to read what a stranger sent.
 */
public final class TinyJson {
  private static final int MAX_DEPTH = 16;

  private final String text;
  private int at;
  private int depth;

  private TinyJson(String text) {
    this.text = text;
  }

  /**
   * Reads one object that is the whole text.
   *
   * @throws IllegalArgumentException if it is not one
   */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(String text) {
    TinyJson json = new TinyJson(text.strip());
    json.blanks();
    json.require(json.peek() == '{', "no object");
    Object value = json.value();
    json.require(json.at == json.text.length(), "text after the end");
    return (Map<String, Object>) value;
  }

  private Object value() {
    blanks();
    char next = peek();
    if (next == '{' || next == '[') {
      require(++depth <= MAX_DEPTH, "nested deeper than " + MAX_DEPTH);
      Object nested = next == '{' ? members() : elements();
      depth--;
      return nested;
    }
    if (next == '"') {
      return string();
    }
    for (String word : List.of("true", "false", "null")) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("null") ? null : Boolean.valueOf(word);
      }
    }
    return number();
  }

  private Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    expect('{');
    blanks();
    while (peek() != '}') {
      if (!members.isEmpty()) {
        expect(',');
        blanks();
      }
      String name = string();
      blanks();
      expect(':');
      require(!members.containsKey(name), "'" + name + "' twice");
      members.put(name, value());
      blanks();
      require(peek() == ',' || peek() == '}', "neither , nor }");
    }
    expect('}');
    return members;
  }

  private List<Object> elements() {
    List<Object> elements = new ArrayList<>();
    expect('[');
    blanks();
    while (peek() != ']') {
      if (!elements.isEmpty()) {
        expect(',');
      }
      elements.add(value());
      blanks();
      require(peek() == ',' || peek() == ']', "neither , nor ]");
    }
    expect(']');
    return elements;
  }

  private Long number() {
    int start = at;
    while (at < text.length() && "-0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(start, at);
    require(digits.matches("-?(0|[1-9]\\d{0,18})"), "no whole number '" + digits + "'");
    return Long.valueOf(digits);
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    expect('"');
    while (peek() != '"') {
      char each = text.charAt(at++);
      require(each >= ' ', "raw control character");
      string.append(each == '\\' ? escape() : each);
    }
    expect('"');
    return string.toString();
  }

  private char escape() {
    char kind = peek();
    at++;
    int known = "\"\\/bfnrt".indexOf(kind);
    if (known >= 0) {
      return "\"\\/\b\f\n\r\t".charAt(known);
    }
    require(kind == 'u', "unknown escape \\" + kind);
    require(at + 4 <= text.length(), "unexpected end");
    String hex = text.substring(at, at + 4);
    require(hex.matches("[0-9a-fA-F]{4}"), "bad escape \\u" + hex);
    at += 4;
    return (char) Integer.parseInt(hex, 16);
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    require(at < text.length(), "unexpected end");
    return text.charAt(at);
  }

  private void expect(char wanted) {
    require(peek() == wanted, "expected " + wanted + ", found " + peek());
    at++;
  }

  private void require(boolean right, String trouble) {
    if (!right) {
      throw new IllegalArgumentException(trouble + " at " + at + " of: " + text);
    }
  }
}
