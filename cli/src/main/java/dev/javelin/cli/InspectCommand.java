package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.ModelSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code inspect FILE...}: what is in a GGUF file, without computing with it. One bad file does not
 * hide the others.
 */
@Command(name = "inspect", description = "Show metadata, tensors and sizes of GGUF files.")
final class InspectCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description =
          "GGUF files, or Hugging Face folders as they will be read (default: the embedded demo model).")
  private List<String> files = List.of();

  @Option(
      names = "--json",
      description = "Print one JSON object for each file, each on a line of its own.")
  private boolean json;

  private final Terminal terminal;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (files.isEmpty()) {
      try (var gguf = new ModelFile().openFile(terminal)) {
        print(FileReport.of(gguf), 0);
      }
    }
    var failures = new FailureReport(terminal);
    int exitCode = 0;
    for (int i = 0; i < files.size(); i++) {
      var file = files.get(i);
      try (var gguf = ModelFile.local(ModelSource.of(file)).open()) {
        print(FileReport.of(gguf), i);
      } catch (IOException | RuntimeException bad) {
        exitCode = FailureReport.INPUT_BAD;
        failures.print(bad, common.verbose);
        if (json) {
          line(Map.of("file", file, "error", FailureReport.describe(bad)));
        }
      }
    }
    return exitCode;
  }

  private void print(FileReport report, int index) throws IOException {
    if (json) {
      line(report.toJson());
    } else {
      terminal.out().print((index > 0 ? "\n" : "") + report.toText());
      terminal.out().flush();
    }
  }

  private void line(Object value) throws IOException {
    terminal.out().println(MAPPER.writeValueAsString(value));
  }
}
