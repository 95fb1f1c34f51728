package dev.javelin.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A line of the table that the build prints at the end. */
final class AcceptanceRow {
  private AcceptanceRow() {}

  static void write(String what, String found, String wanted) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "acceptance"));
    String row = "| server: " + what + " | " + found + " | " + wanted + " |\n";
    Files.writeString(
        folder.resolve("server.md"), row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.out.print(row);
  }
}
