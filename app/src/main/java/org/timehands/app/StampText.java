package org.timehands.app;

import java.util.OptionalLong;
import org.timehands.timekeeping.Stamp;

/** A stamp as text: the clocksource's id, a blank, the cycles; the former may be left out. */
final class StampText {
  private static final int SHOWN = 40;
  private static final String ALLOWED =
      "a stamp is CYCLES or CLOCKSOURCE CYCLES (CLOCKSOURCE:CYCLES as an argument), whole"
          + " numbers of 64 bits; take one by 'timehands stamp'";

  private StampText() {}

  static String of(Stamp stamp) {
    return stamp.clocksourceId() + " " + stamp.cycles();
  }

  /**
   * Reads an argument: {@code CYCLES} or {@code CLOCKSOURCE:CYCLES}.
   *
   * @param clocksourceId whose cycles they are unless the text says
   * @throws Failure if it is none
   */
  static Stamp parse(String text, long clocksourceId) {
    int colon = text.indexOf(':');
    OptionalLong id = colon < 0 ? OptionalLong.of(clocksourceId) : number(text.substring(0, colon));
    OptionalLong cycles = number(text.substring(colon + 1));
    if (id.isEmpty() || cycles.isEmpty()) {
      throw wrong("", text);
    }
    return new Stamp(id.getAsLong(), cycles.getAsLong());
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException none) {
      return OptionalLong.empty();
    }
  }

  /** What is said of a text that is no stamp. */
  static Failure wrong(String where, String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(SHOWN)
        .map(each -> Character.isISOControl(each) ? '?' : each)
        .forEach(shown::appendCodePoint);
    String dots = text.codePointCount(0, text.length()) > SHOWN ? "..." : "";
    return Failure.usage(where + "'" + shown + dots + "' is not a stamp; " + ALLOWED);
  }
}
