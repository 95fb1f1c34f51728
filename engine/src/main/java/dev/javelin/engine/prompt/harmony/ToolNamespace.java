package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Tool;
import java.util.List;
import java.util.Objects;

/**
 * Tools under one name; a recipient is {@code namespace.tool}.
 *
 * @param description may be null
 * @param tools empty: the description alone says how to use it
 */
public record ToolNamespace(String name, String description, List<Tool> tools) {
  /** Where the client's functions live. */
  public static final String FUNCTIONS = "functions";

  public ToolNamespace {
    Objects.requireNonNull(name, "name");
    tools = List.copyOf(tools);
  }

  /** Whether these are functions of the client, whose calls go to the commentary channel. */
  boolean hasFunctions() {
    return name.equals(FUNCTIONS) && !tools.isEmpty();
  }
}
