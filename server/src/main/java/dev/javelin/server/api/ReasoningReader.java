package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.InvalidReasoningLevel;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.server.http.Fields;

/** Reads the reasoning level from any of the fields that clients put it in. */
final class ReasoningReader {
  private ReasoningReader() {}

  /** The level; null if none was given. */
  static ReasoningLevel read(Fields fields) {
    ReasoningLevel level = fields.text("reasoning_effort").map(ReasoningReader::parse).orElse(null);
    JsonNode reasoning = fields.get("reasoning");
    if (reasoning != null && reasoning.isTextual()) {
      level = parse(reasoning.textValue());
    } else if (reasoning != null) {
      Fields inner = fields.object("reasoning").orElseThrow();
      inner.accept("summary", "generate_summary");
      level = inner.text("effort").map(ReasoningReader::parse).orElse(level);
    }
    JsonNode think = fields.get("think");
    if (think != null && think.isBoolean()) {
      level = think.booleanValue() ? ReasoningLevel.MEDIUM : ReasoningLevel.LOW;
    } else if (think != null) {
      level = fields.text("think").map(ReasoningReader::parse).orElse(level);
    }
    Fields template = fields.object("chat_template_kwargs").orElse(null);
    if (template != null) {
      level = template.text("reasoning_effort").map(ReasoningReader::parse).orElse(level);
    }
    return level;
  }

  static ReasoningLevel parse(String text) {
    return ReasoningLevel.parse(text)
        .orElseThrow(
            () ->
                new InvalidReasoningLevel(
                    "reasoning effort must be low, medium or high (none and minimal mean low, xhigh and max mean high), not "
                        + (text.length() > 40 ? text.substring(0, 40) + "..." : text)));
  }
}
