package dev.javelin.engine;

import java.util.Objects;

/**
 * A call of a function that the assistant asks for.
 *
 * @param id names the call, so that its result can name it too
 * @param arguments JSON text as the model produced it
 */
public record ToolCall(String id, String name, String arguments) {
  public ToolCall {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(arguments, "arguments");
  }
}
