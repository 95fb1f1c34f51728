package dev.javelin.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.ConstraintState;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.constrain.TokenTrie;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code constrain}: does a text fit a schema, regex or grammar? Token by token, with a vocabulary
 * only.
 */
@Command(
    name = "constrain",
    description = {
      "Feed texts token by token through a constraint.",
      "Prints 'accepted', or the byte and the token at which a text leaves the language. Exit code 1 if any does; with --jsonl the lines say it, and the exit code is 0."
    })
final class ConstrainCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @Mixin private CommonOptions common;
  @Mixin private ModelFile file;

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Parameters(
      paramLabel = "TEXT",
      arity = "0..*",
      description = "The texts to judge; - reads all of standard input.")
  private List<String> texts = List.of();

  private final Terminal terminal;
  @Spec private CommandSpec spec;

  /** What the texts must be: one of these. */
  private static final class Source {
    @Option(
        names = "--json-schema",
        paramLabel = "FILE",
        description = "JSON that this JSON Schema validates.")
    private Path schema;

    @Option(
        names = "--regex",
        paramLabel = "R",
        description = "Texts that this pattern (ECMA-262) matches from beginning to end.")
    private String regex;

    @Option(names = "--grammar", paramLabel = "FILE", description = "Texts of this GBNF grammar.")
    private Path grammar;

    @Option(
        names = "--jsonl",
        description = {
          "Each line of standard input is {\"id\", \"schema\", \"texts\": [...]};",
          "print a line {\"id\", \"accepted\", \"compile_us\", \"mask_us\"} or {\"id\", \"error\"} for each."
        })
    private boolean lines;

    private String place() {
      return regex != null ? "--regex" : (grammar != null ? grammar : schema).toString();
    }
  }

  ConstrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (texts.isEmpty() != source.lines) {
      throw new ParameterException(
          spec.commandLine(),
          source.lines ? "--jsonl takes its texts from standard input" : "give at least one TEXT");
    }
    try (var gguf = file.openFile(terminal)) {
      var tokenizer = Tokenizer.of(gguf.metadata());
      var compiler = new ConstraintCompiler(TokenTrie.of(tokenizer));
      return source.lines
          ? judgeLines(tokenizer, compiler)
          : judgeTexts(tokenizer, compile(compiler));
    }
  }

  private Constraint compile(ConstraintCompiler compiler) throws IOException {
    try {
      if (source.regex != null) {
        return compiler.regex(source.regex);
      }
      if (source.grammar != null) {
        return compiler.gbnf(TextFile.read(source.grammar));
      }
      return compiler.jsonSchema(
          MAPPER.readTree(TextFile.read(source.schema)), JsonOptions.DEFAULT);
    } catch (ConstraintException refused) {
      throw new InvalidRequest(source.place() + ": " + refused.getMessage(), refused);
    }
  }

  private int judgeTexts(Tokenizer tokenizer, Constraint constraint) throws IOException {
    boolean all = true;
    for (var given : texts) {
      var text = given.equals("-") ? terminal.readAll() : given;
      var verdict = verdict(tokenizer, constraint, text);
      all &= verdict.equals("accepted");
      terminal.out().println(verdict);
    }
    return all ? 0 : FailureReport.INPUT_BAD;
  }

  /** Accepted, or where the text leaves the language. Bytes and tokens are counted from 0. */
  private static String verdict(Tokenizer tokenizer, Constraint constraint, String text) {
    var state = constraint.start();
    int[] ids = tokenizer.encode(text, false);
    int offset = 0;
    for (int i = 0; i < ids.length; i++) {
      var before = state.copy();
      if (!state.advance(ids[i])) {
        int read = before.advance(tokenizer.bytes(ids[i]));
        return "refused at byte "
            + (offset + read)
            + ", token "
            + i
            + " ("
            + ids[i]
            + " "
            + MAPPER.valueToTree(tokenizer.decode(new int[] {ids[i]}))
            + ")";
      }
      offset += tokenizer.bytes(ids[i]).length;
    }
    return state.canEnd()
        ? "accepted"
        : "refused at byte " + offset + ", token " + ids.length + " (the end: more must follow)";
  }

  private int judgeLines(Tokenizer tokenizer, ConstraintCompiler compiler) throws IOException {
    var in = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        terminal.out().println(new ConstrainLine(tokenizer, compiler, MAPPER).judge(line));
      }
    }
    return 0;
  }

  /** What a state says about a text: whether all of it could be read and it may end there. */
  static boolean accepts(ConstraintState state, int[] ids, MaskTimes times) {
    for (int id : ids) {
      if (!times.mask(state).allows(id) || !state.advance(id)) {
        return false;
      }
    }
    return state.canEnd();
  }

  /** The code, place and reason of a refusal as JSON. */
  static JsonNode error(ConstraintException refusal) {
    return MAPPER
        .createObjectNode()
        .put("code", refusal.code().wireName())
        .put("pointer", refusal.pointer())
        .put("message", refusal.getMessage());
  }
}
