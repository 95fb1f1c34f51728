package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.Tool;
import dev.javelin.server.http.Fields;
import java.util.List;

/** Reads {@code tool_choice}. */
final class ToolChoice {
  private ToolChoice() {}

  /** The tools that the model gets to see. */
  static List<Tool> offered(Fields fields, List<Tool> tools) {
    JsonNode choice = fields.get("tool_choice");
    if (choice == null || choice.isTextual() && choice.textValue().equals("auto")) {
      return tools;
    }
    if (choice.isTextual() && choice.textValue().equals("none")) {
      return List.of();
    }
    if (choice.isObject() || choice.isTextual() && choice.textValue().equals("required")) {
      throw new NotSupported("tool_choice can be auto or none here: the model decides itself whether it calls a function");
    }
    throw fields.wrong("tool_choice", "none, auto, required or a function", choice);
  }
}
