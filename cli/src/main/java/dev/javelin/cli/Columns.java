package dev.javelin.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A plain table: two spaces before each column, each as wide as its widest cell, aligned left
 * ({@code l}) or right.
 */
final class Columns {
  private final String[] alignment;
  private final List<String[]> rows = new ArrayList<>();

  Columns(String... alignment) {
    this.alignment = alignment;
  }

  void row(String... cells) {
    if (cells.length != alignment.length) {
      throw new IllegalArgumentException("cells=" + cells.length + ", columns=" + alignment.length);
    }
    rows.add(cells);
  }

  @Override
  public String toString() {
    int[] widths = new int[alignment.length];
    for (var row : rows) {
      Arrays.setAll(widths, column -> Math.max(widths[column], row[column].length()));
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.length; column++) {
        var padding = " ".repeat(widths[column] - row[column].length());
        line.append("  ")
            .append(alignment[column].equals("r") ? padding + row[column] : row[column] + padding);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
