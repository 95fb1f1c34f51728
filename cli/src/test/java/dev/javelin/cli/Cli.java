package dev.javelin.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs commands within the test's own JVM, on streams that are no terminal unless said otherwise.
 */
final class Cli {
  private Cli() {}

  static Run run(String... arguments) {
    return runWithInput("", arguments);
  }

  static Run runWithInput(String input, String... arguments) {
    return run(input, false, arguments);
  }

  /** As if a person read the answer and what is said about it. */
  static Run runOnTerminal(String... arguments) {
    return run("", true, arguments);
  }

  private static Run run(String input, boolean terminal, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var streams =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new StandardOutput(out, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            terminal,
            terminal);
    int exitCode = JavelinCli.run(streams, arguments);
    return new Run(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /**
   * A file of the reference material, which is not part of the project; without it the test is
   * skipped.
   */
  static String shared(String path) {
    var file = Path.of(System.getProperty("javelin.shared", "missing"), path);
    assumeTrue(Files.exists(file), "no reference file " + path);
    return file.toString();
  }
}
