package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Tool;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Fields;
import java.util.List;

/**
 * Whether functions may or must be called.
 *
 * @param function the one that must be called; empty: whichever the model wants
 * @param parallel whether an answer may hold several calls
 */
public record ToolChoice(Mode mode, String function, boolean parallel) {
  /** How free the model is. */
  public enum Mode {
    /** It may call or not. */
    AUTO,
    /** It does not even see the functions. */
    NONE,
    /** It must call one. */
    REQUIRED
  }

  public static final ToolChoice AUTO = new ToolChoice(Mode.AUTO, "", true);

  /** Reads {@code tool_choice} in the forms of chat completions, responses and Anthropic. */
  static ToolChoice read(Fields fields, List<Tool> tools) {
    ToolChoice choice = readChoice(fields, tools);
    boolean single =
        fields.get("tool_choice") != null
            && fields.get("tool_choice").path("disable_parallel_tool_use").asBoolean();
    boolean parallel = fields.flag("parallel_tool_calls", true) && !single;
    return new ToolChoice(choice.mode, choice.function, parallel);
  }

  private static ToolChoice readChoice(Fields fields, List<Tool> tools) {
    JsonNode choice = fields.get("tool_choice");
    if (choice == null) {
      return AUTO;
    }
    if (choice.isTextual()) {
      return ofWord(fields, choice.textValue(), choice, tools);
    }
    Fields object = fields.object("tool_choice").orElseThrow();
    object.accept("disable_parallel_tool_use");
    String type = object.requiredText("type");
    if (!type.equals("function") && !type.equals("tool")) {
      return ofWord(fields, type, choice, tools);
    }
    Fields holder = object.object("function").orElse(object);
    String name = holder.requiredText("name");
    if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      throw ApiError.invalid(
          "invalid_value",
          holder.name("name"),
          "tool_choice names a function that is not among the tools");
    }
    return new ToolChoice(Mode.REQUIRED, name, true);
  }

  private static ToolChoice ofWord(Fields fields, String word, JsonNode found, List<Tool> tools) {
    return switch (word) {
      case "auto" -> AUTO;
      case "none" -> new ToolChoice(Mode.NONE, "", true);
      case "required", "any" -> {
        if (tools.isEmpty()) {
          throw ApiError.invalid(
              "invalid_value",
              "tool_choice",
              "tool_choice requires a call, but there are no tools");
        }
        yield new ToolChoice(Mode.REQUIRED, "", true);
      }
      default -> throw fields.wrong("tool_choice", "none, auto, required or a function", found);
    };
  }

  /** The tools that the model gets to see. */
  List<Tool> offered(List<Tool> tools) {
    return switch (mode) {
      case AUTO, REQUIRED -> tools;
      case NONE -> List.of();
    };
  }

  /** The tools that may be called. */
  List<Tool> callable(List<Tool> tools) {
    return switch (mode) {
      case AUTO -> tools;
      case NONE -> List.of();
      case REQUIRED ->
          tools.stream()
              .filter(tool -> function.isEmpty() || tool.name().equals(function))
              .toList();
    };
  }
}
