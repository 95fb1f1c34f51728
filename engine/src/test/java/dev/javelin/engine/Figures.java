package dev.javelin.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps what a test measured for the table that the acceptance profile prints. */
public final class Figures {
  private Figures() {}

  /** One row of the table. */
  public static synchronized void report(String mustShow, String figure, String bound) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "acceptance"));
      Files.writeString(
          folder.resolve("engine.md"),
          "| " + mustShow + " | " + figure + " | " + bound + " |\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException("a figure cannot be written", e);
    }
  }
}
