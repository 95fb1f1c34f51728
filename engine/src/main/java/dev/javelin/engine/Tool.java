package dev.javelin.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;

/**
 * A function that the model may call.
 *
 * @param description may be null
 * @param parameters JSON Schema of the arguments, in the order the prompt shall show; may be null:
 *     no arguments
 */
public record Tool(String name, String description, JsonNode parameters) {
  public Tool {
    Objects.requireNonNull(name, "name");
  }
}
