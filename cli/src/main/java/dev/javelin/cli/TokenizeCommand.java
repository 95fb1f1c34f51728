package dev.javelin.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code tokenize}: text to ids and back. Needs the vocabulary of a file only, so it works where
 * there are no weights.
 */
@Command(
    name = "tokenize",
    description = {
      "Print the token ids of a text, separated by spaces.",
      "No token that the text does not have is added (no BOS)."
    })
final class TokenizeCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Mixin private CommonOptions common;
  @Mixin private ModelFile file;

  @Option(names = "--special", description = "Recognise special tokens written in the text.")
  private boolean special;

  @Option(names = "--json", description = "Print one JSON object: the ids and each token's text.")
  private boolean json;

  @ArgGroup(multiplicity = "1")
  private Input input;

  private final Terminal terminal;
  @Spec private CommandSpec spec;

  /** What is to be translated: one of these. */
  private static final class Input {
    @Parameters(paramLabel = "TEXT|-", description = "The text; - reads all of standard input.")
    private String text;

    @Option(
        names = "--decode",
        paramLabel = "IDS",
        description =
            "Print the text of these ids, separated by spaces or commas; - reads them from standard input.")
    private String ids;

    @Option(
        names = "--jsonl",
        description =
            "Each line of standard input is a JSON string; print one line of ids for each.")
    private boolean lines;
  }

  TokenizeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    try (var gguf = file.openFile(terminal)) {
      var tokenizer = Tokenizer.of(gguf.metadata());
      if (input.lines) {
        translateLines(tokenizer);
      } else if (input.ids != null) {
        decode(tokenizer, ids(tokenizer, input.ids.equals("-") ? terminal.readAll() : input.ids));
      } else {
        encode(tokenizer, input.text.equals("-") ? terminal.readAll() : input.text);
      }
    }
    return 0;
  }

  private void encode(Tokenizer tokenizer, String text) throws IOException {
    int[] ids = tokenizer.encode(text, special);
    terminal.out().println(json ? toJson(tokenizer, ids, text) : joined(ids));
  }

  private void decode(Tokenizer tokenizer, int[] ids) throws IOException {
    var text = tokenizer.decode(ids);
    terminal.out().println(json ? toJson(tokenizer, ids, text) : text);
  }

  private void translateLines(Tokenizer tokenizer) throws IOException {
    int number = 0;
    for (var line : (Iterable<String>) terminal.readAll().lines()::iterator) {
      number++;
      terminal.out().println(joined(tokenizer.encode(string(line, number), special)));
    }
  }

  private static String string(String line, int number) throws IOException {
    JsonNode value;
    try {
      value = MAPPER.readTree(line);
    } catch (JsonProcessingException broken) {
      throw new IOException(
          "line " + number + " of standard input is not JSON: " + broken.getOriginalMessage());
    }
    if (!value.isTextual()) {
      throw new IOException("line " + number + " of standard input is not a JSON string");
    }
    return value.textValue();
  }

  private int[] ids(Tokenizer tokenizer, String text) {
    int[] ids =
        TokenIds.parse(text, message -> new ParameterException(spec.commandLine(), message));
    TokenIds.check(ids, tokenizer.vocabularySize());
    return ids;
  }

  private static String toJson(Tokenizer tokenizer, int[] ids, String text) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("text", text);
    json.put("ids", ids);
    json.put(
        "tokens", Arrays.stream(ids).mapToObj(id -> tokenizer.decode(new int[] {id})).toList());
    return MAPPER.writeValueAsString(json);
  }

  private static String joined(int[] ids) {
    return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }
}
