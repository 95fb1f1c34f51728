package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.Tool;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what an answer must obey: {@code response_format}, {@code regex}, {@code choice}, {@code
 * grammar} (at most one of them), and the schemas of functions. What cannot be enforced is refused,
 * with its place.
 */
public final class RulesReader {
  private final Fields fields;
  private final LanguageModel model;
  private final int maxBytes;

  /**
   * @param maxBytes longest schema or grammar
   */
  public RulesReader(Fields fields, LanguageModel model, int maxBytes) {
    this.fields = fields;
    this.model = model;
    this.maxBytes = maxBytes;
  }

  /** The rules of an answer in text; empty: anything goes. */
  public Optional<AnswerRules> read() {
    return text(ChatRequest.responseFormat(fields)).map(AnswerRules::constrained);
  }

  /** The rules of an answer to a conversation; empty: anything goes. */
  public Optional<AnswerRules> read(Conversation conversation, ToolChoice choice) {
    Optional<Constraint> text = text(conversation.responseFormat());
    boolean mustCall = choice.mode() == ToolChoice.Mode.REQUIRED;
    List<AnswerRules.Call> calls = new ArrayList<>();
    for (Tool tool : choice.callable(conversation.tools())) {
      calls.add(new AnswerRules.Call(tool.name(), arguments(tool)));
    }
    if (text.isEmpty() && calls.isEmpty()) {
      return Optional.empty();
    }
    AnswerRules rules =
        new AnswerRules(!mustCall, mustCall ? Optional.empty() : text, calls, choice.parallel());
    boolean enforceable =
        calls.isEmpty() || model.promptFormat().flatMap(format -> format.guide(rules)).isPresent();
    if (enforceable) {
      return Optional.of(rules);
    }
    if (mustCall) {
      throw new NotSupported("with this model's chat format tool_choice can be auto or none only");
    }
    return text.map(AnswerRules::constrained);
  }

  private Constraint arguments(Tool tool) {
    ConstraintCompiler compiler = model.constraints();
    JsonNode schema =
        tool.parameters() == null
            ? JsonNodeFactory.instance.objectNode().put("type", "object")
            : tool.parameters();
    checkSize("tools", schema.toString());
    try {
      return compiler.jsonSchema(schema, JsonOptions.DEFAULT);
    } catch (ConstraintException e) {
      // A tool's schema is a description first: what it says beyond our means is left to the model.
      return compiler.jsonObject(JsonOptions.DEFAULT);
    }
  }

  /**
   * @param format null: free text
   */
  private Optional<Constraint> text(ResponseFormat format) {
    ConstraintCompiler compiler = model.constraints();
    Optional<Constraint> result = Optional.empty();
    if (format != null) {
      JsonNode schema = format.schema();
      String text = schema.toString();
      result =
          Optional.of(
              compiled(
                  "response_format", text, () -> compiler.jsonSchema(schema, JsonOptions.DEFAULT)));
    }
    Optional<String> regex = fields.text("regex");
    if (regex.isPresent()) {
      result = only(result, compiled("regex", regex.get(), () -> compiler.regex(regex.get())));
    }
    Optional<String> grammar = fields.text("grammar");
    if (grammar.isPresent()) {
      result = only(result, compiled("grammar", grammar.get(), () -> compiler.gbnf(grammar.get())));
    }
    List<String> choices = fields.texts("choice");
    if (!choices.isEmpty()) {
      result = only(result, compiled("choice", choices.toString(), () -> compiler.choice(choices)));
    }
    return result;
  }

  private Optional<Constraint> only(Optional<Constraint> before, Constraint constraint) {
    if (before.isPresent()) {
      throw ApiError.invalid(
          "invalid_value", null, "give one of response_format, regex, choice and grammar only");
    }
    return Optional.of(constraint);
  }

  private Constraint compiled(String param, String text, Supplier<Constraint> compiler) {
    checkSize(param, text);
    try {
      return compiler.get();
    } catch (ConstraintException e) {
      throw ApiError.invalid(e.code().wireName(), param, e.getMessage());
    }
  }

  private void checkSize(String param, String text) {
    if (text.length() > maxBytes) {
      throw ApiError.invalid(
          "too_complex",
          param,
          param + " has " + text.length() + " characters, at most " + maxBytes);
    }
  }
}
