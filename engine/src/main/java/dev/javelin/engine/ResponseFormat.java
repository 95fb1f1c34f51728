package dev.javelin.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;

/**
 * The form that an answer shall have.
 *
 * @param description may be null
 */
public record ResponseFormat(String name, String description, JsonNode schema) {
  public ResponseFormat {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(schema, "schema");
  }
}
