package dev.javelin.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.tokenizer.Tokenizer;

/**
 * One line of {@code constrain --jsonl}: a schema with texts in, verdicts and times out. A bad line
 * is its own error.
 */
final class ConstrainLine {
  private final Tokenizer tokenizer;
  private final ConstraintCompiler compiler;
  private final JsonMapper mapper;

  ConstrainLine(Tokenizer tokenizer, ConstraintCompiler compiler, JsonMapper mapper) {
    this.tokenizer = tokenizer;
    this.compiler = compiler;
    this.mapper = mapper;
  }

  String judge(String line) {
    var result = mapper.createObjectNode();
    try {
      var request = mapper.readTree(line);
      result.set("id", request.path("id"));
      judge(request, result);
    } catch (ConstraintException refusal) {
      result.set("error", ConstrainCommand.error(refusal));
    } catch (JsonProcessingException broken) {
      result
          .putObject("error")
          .put("code", "invalid_json")
          .put("pointer", "")
          .put("message", broken.getOriginalMessage());
    }
    return result.toString();
  }

  private void judge(JsonNode request, ObjectNode result) {
    long start = System.nanoTime();
    Constraint constraint = compiler.jsonSchema(request.path("schema"), JsonOptions.DEFAULT);
    long compiled = System.nanoTime();
    var times = new MaskTimes();
    var accepted = result.putArray("accepted");
    for (var text : request.path("texts")) {
      accepted.add(
          ConstrainCommand.accepts(
              constraint.start(), tokenizer.encode(text.asText(), false), times));
    }
    result.put("compile_us", (compiled - start) / 1000);
    times.writeTo(result.putObject("mask_us"));
  }
}
