package org.timehands.app.text;

import java.util.ArrayList;
import java.util.List;

/** A table for people: columns as wide as their widest cell, numbers to the right. */
public final class Table {
  private static final String GAP = "  ";

  private final String[] heads;
  private final boolean[] right;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param heads the columns' names; one that begins with {@code >} is set to the right
   */
  public Table(String... heads) {
    this.heads = new String[heads.length];
    this.right = new boolean[heads.length];
    for (int i = 0; i < heads.length; i++) {
      right[i] = heads[i].startsWith(">");
      this.heads[i] = right[i] ? heads[i].substring(1) : heads[i];
    }
  }

  /** Adds a row of as many cells as there are columns. */
  public Table row(String... cells) {
    if (cells.length != heads.length) {
      throw new IllegalArgumentException(
          "row of " + cells.length + " cells in a table of " + heads.length + " columns");
    }
    rows.add(cells);
    return this;
  }

  /** How many rows it has. */
  public int size() {
    return rows.size();
  }

  /** The lines, heads first if there are any; none ends in a blank. */
  public List<String> lines() {
    int[] widths = new int[heads.length];
    widen(widths, heads);
    rows.forEach(row -> widen(widths, row));
    List<String> lines = new ArrayList<>();
    if (!String.join("", heads).isEmpty()) {
      lines.add(line(heads, widths));
    }
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  @Override
  public String toString() {
    return String.join("\n", lines());
  }

  private static void widen(int[] widths, String[] cells) {
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], width(cells[i]));
    }
  }

  private String line(String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String pad = " ".repeat(widths[i] - width(cells[i]));
      line.append(i == 0 ? "" : GAP);
      line.append(right[i] ? pad + cells[i] : cells[i] + pad);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
