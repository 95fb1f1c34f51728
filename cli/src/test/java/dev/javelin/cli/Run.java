package dev.javelin.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One finished run of a program, as its user saw it.
 *
 * @param exitCode what a script sees
 * @param out standard output
 * @param err standard error
 */
record Run(int exitCode, String out, String err) {
  /** Project folder; the build names it to the tests that run on finished jars. */
  static final Path HOME =
      Path.of(System.getProperty("javelin.home", "..")).toAbsolutePath().normalize();

  /** The run-time image that runs this test. */
  static final Path JDK = Path.of(System.getProperty("java.home"));

  static Run of(String... command) throws IOException, InterruptedException {
    return of(Map.of(), "", List.of(command));
  }

  /**
   * Runs {@code command} with {@code input} typed in; an empty value in {@code environment} removes
   * the variable.
   */
  static Run of(Map<String, String> environment, String input, List<String> command)
      throws IOException, InterruptedException {
    var out = Files.createTempFile("javelin-out", ".txt");
    var err = Files.createTempFile("javelin-err", ".txt");
    try {
      var builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      environment.forEach(
          (key, value) -> {
            if (value.isEmpty()) {
              builder.environment().remove(key);
            } else {
              builder.environment().put(key, value);
            }
          });
      var process = builder.start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IOException(command + " did not end within 120 s: " + Files.readString(err));
      }
      return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
