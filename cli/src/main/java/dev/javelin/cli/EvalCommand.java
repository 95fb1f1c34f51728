package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.LanguageModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code eval}: raw logits of a list of token ids, for comparison with other programs. */
@Command(
    name = "eval",
    description = "Compute the logits of token ids; a JSON summary goes to standard output.")
final class EvalCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Mixin private CommonOptions common;
  @Mixin private ModelOptions model;

  @Option(
      names = "--ids",
      required = true,
      paramLabel = "IDS",
      description = "Token ids, separated by commas; - reads them from standard input.")
  private String ids;

  @Option(names = "--all", description = "Logits of each position, not of the last one only.")
  private boolean all;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the logits there: little-endian float32, positions x vocabulary.")
  private Path out;

  private final Terminal terminal;
  @Spec private CommandSpec spec;

  EvalCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    int[] wanted = ids();
    long start = System.nanoTime();
    try (var opened = model.open(terminal, wanted.length)) {
      long loadNanos = System.nanoTime() - start;
      TokenIds.check(wanted, opened.tokenizer().vocabularySize());
      var summary = new LogitSummary(opened.tokenizer().vocabularySize());
      long nanos = evaluate(opened, wanted, summary);
      terminal
          .out()
          .println(
              MAPPER.writeValueAsString(summary.toJson(opened, wanted.length, loadNanos, nanos)));
    }
    return 0;
  }

  private long evaluate(LanguageModel opened, int[] wanted, LogitSummary summary)
      throws IOException {
    if (out == null) {
      return opened.evaluate(wanted, all, summary);
    }
    try (var file = new BufferedOutputStream(Files.newOutputStream(out), 1 << 16)) {
      var writer = new LogitWriter(file, opened.tokenizer().vocabularySize());
      return opened.evaluate(
          wanted,
          all,
          (position, logits, offset) -> {
            summary.row(position, logits, offset);
            writer.row(position, logits, offset);
          });
    } catch (UncheckedIOException broken) {
      throw broken.getCause();
    }
  }

  private int[] ids() throws IOException {
    var text = ids.equals("-") ? terminal.readAll() : ids;
    return TokenIds.parse(
        text, message -> new ParameterException(spec.commandLine(), "--ids: " + message));
  }
}
