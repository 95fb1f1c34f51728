package dev.javelin.cli;

import dev.javelin.engine.DemoModel;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * The option {@code -m}; without it the embedded demo model is used, and a line on stderr says so.
 */
final class ModelFile {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "GGUF file (default: the embedded demo model).")
  private Path file;

  Path path(Terminal terminal) {
    if (file != null) {
      return file;
    }
    terminal.err().println("javelin: no -m FILE given: using the tiny embedded demo model");
    return DemoModel.file();
  }
}
