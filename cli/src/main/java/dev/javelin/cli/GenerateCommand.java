package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.GenerativeModel;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.RemoteModel;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code generate}: one prompt, one answer. Standard output is the answer alone, piece by piece as
 * it comes.
 */
@Command(name = "generate", description = "Answer one prompt.")
final class GenerateCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Mixin private CommonOptions common;
  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling;
  @Mixin private ConversationOptions conversation;
  @Mixin private AnswerOptions answer;

  @Option(
      names = "--raw",
      description =
          "Feed the text without a chat format; special tokens written in it are recognised.")
  private boolean raw;

  @Option(names = "--json", description = "Print one JSON object when the answer is complete.")
  private boolean json;

  @Parameters(paramLabel = "PROMPT|-", description = "The prompt; - reads all of standard input.")
  private String prompt;

  private final Terminal terminal;

  GenerateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    sampling.check();
    var text = prompt.equals("-") ? terminal.readAll() : prompt;
    long start = System.nanoTime();
    try (var opened = model.openAny(terminal)) {
      long loadNanos = System.nanoTime() - start;
      var request = request(opened, text);
      if (json) {
        var result = opened.generate(request);
        terminal
            .out()
            .println(MAPPER.writeValueAsString(ResultJson.of(opened.name(), result, loadNanos)));
        warn(result);
      } else {
        print(opened, request);
      }
    }
    return 0;
  }

  /** A model here obeys compiled rules; a server is told of the form in its own way. */
  private GenerationRequest request(GenerativeModel opened, String text) throws IOException {
    var plain = new Prompt.Text(text, true);
    return switch (opened) {
      case LanguageModel local -> {
        if (!raw) {
          ConversationOptions.checkFormat(local);
        }
        var builder =
            sampling.builder(
                raw ? plain : conversation.ask(text, Optional.empty()), local.defaultSampling());
        answer.rules(local).ifPresent(builder::rules);
        yield builder.build();
      }
      case RemoteModel remote -> {
        var format = answer.format();
        if (raw && format.isPresent()) {
          throw new NotSupported("a server takes --json-schema with a chat only, not with --raw");
        }
        yield sampling.request(
            raw ? plain : conversation.ask(text, format), remote.defaultSampling());
      }
    };
  }

  private void print(GenerativeModel opened, GenerationRequest request) {
    var printer = new AnswerPrinter(terminal);
    GenerationResult result;
    try {
      result = opened.generate(request, printer);
    } finally {
      printer.end();
    }
    terminal.err().println(Statistics.line(result));
    if (common.verbose && opened instanceof LanguageModel local) {
      terminal.err().println(Statistics.blocks(local.counters()));
    }
    warn(result);
  }

  private void warn(GenerationResult result) {
    if (!result.obeysRules()) {
      terminal
          .err()
          .println(
              "javelin: the answer was cut before it obeyed its rules: allow more tokens with -n");
    }
  }
}
