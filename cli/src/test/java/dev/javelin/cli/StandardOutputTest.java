package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A result that did not reach its reader is no success. */
class StandardOutputTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "--help",
        "generate --help",
        "generate hi",
        "generate -n 2 --json hi",
        "tokenize hi",
        "inspect demo",
        "eval --ids 1",
        "config",
        "completion"
      })
  void aFullDiskIsToldAndFails(String command) {
    var run = runInto("No space left on device", command);
    assertEquals(1, run.exitCode());
    assertEquals(
        List.of("javelin: standard output cannot be written: No space left on device"),
        run.err().lines().filter(line -> !line.contains("no -m FILE")).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "tokenize hi", "inspect demo"})
  void aReaderThatHasEnoughIsNoNews(String command) {
    var run = runInto("Broken pipe", command);
    assertEquals(1, run.exitCode());
    assertTrue(run.err().isEmpty() || run.err().contains("no -m FILE"), run.err());
  }

  /** A command whose standard output fails as the system says it. */
  private static Run runInto(String failure, String command) {
    var broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    var err = new ByteArrayOutputStream();
    var streams =
        new Terminal(
            InputStream.nullInputStream(),
            new StandardOutput(broken, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            false);
    int exitCode = JavelinCli.run(streams, command.split(" "));
    return new Run(exitCode, "", err.toString(StandardCharsets.UTF_8));
  }
}
