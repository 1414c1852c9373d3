package org.timehands.page;

import java.io.IOException;
import java.nio.file.Path;

/** A process that attaches a page and says how that went. */
final class AttachMain {
  private AttachMain() {}

  public static void main(String[] words) throws IOException {
    try {
      LivePage.read(Path.of(words[0])).close();
      System.out.println("attached");
    } catch (PageRefusedException refused) {
      System.out.println(refused.reason() + ": " + refused.getMessage());
    }
  }
}
