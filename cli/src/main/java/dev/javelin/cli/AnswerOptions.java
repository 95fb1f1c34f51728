package dev.javelin.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.prompt.AnswerRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What an answer must obey. */
final class AnswerOptions {
  private static final JsonMapper MAPPER = new JsonMapper();

  @ArgGroup(multiplicity = "0..1")
  private Rule rule;

  /** One of these. */
  private static final class Rule {
    @Option(
        names = "--json-schema",
        paramLabel = "FILE",
        description = "The answer is JSON that obeys the schema in this file.")
    private Path schema;

    @Option(
        names = "--regex",
        paramLabel = "R",
        description = "The whole answer matches this regular expression.")
    private String regex;

    @Option(
        names = "--grammar",
        paramLabel = "FILE",
        description = "The answer obeys the GBNF grammar in this file.")
    private Path grammar;

    private String place() {
      return regex != null ? "--regex" : (grammar != null ? grammar : schema).toString();
    }
  }

  /** The rules for the model's vocabulary, if any were given. */
  Optional<AnswerRules> rules(LanguageModel model) throws IOException {
    if (rule == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(AnswerRules.constrained(constraint(model)));
    } catch (ConstraintException e) {
      throw new InvalidRequest(rule.place() + ": " + e.getMessage(), e);
    }
  }

  private Constraint constraint(LanguageModel model) throws IOException {
    if (rule.regex != null) {
      return model.constraints().regex(rule.regex);
    }
    if (rule.grammar != null) {
      return model.constraints().gbnf(TextFile.read(rule.grammar));
    }
    return model.constraints().jsonSchema(schema(), JsonOptions.DEFAULT);
  }

  /** What a server can be told of them: a schema. */
  Optional<ResponseFormat> format() throws IOException {
    if (rule == null) {
      return Optional.empty();
    }
    if (rule.schema == null) {
      throw new NotSupported("a server cannot be asked for --regex or --grammar");
    }
    return Optional.of(new ResponseFormat("answer", null, schema()));
  }

  private JsonNode schema() throws IOException {
    try {
      return MAPPER.readTree(TextFile.read(rule.schema));
    } catch (JsonProcessingException e) {
      throw new InvalidRequest(rule.schema + ": is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
