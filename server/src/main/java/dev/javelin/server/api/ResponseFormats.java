package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.server.http.Fields;

/** Reads what form an answer shall have. */
final class ResponseFormats {
  private ResponseFormats() {}

  /**
   * The form; null: free text.
   *
   * @param schemaHolder the object that has {@code name}, {@code description} and {@code schema};
   *     null if it is missing
   */
  static ResponseFormat read(Fields format, Fields schemaHolder) {
    String type = format.requiredText("type");
    return switch (type) {
      case "text" -> null;
      case "json_object" ->
          new ResponseFormat(
              "json_object", null, JsonNodeFactory.instance.objectNode().put("type", "object"));
      case "json_schema" -> {
        if (schemaHolder == null) {
          throw format.missing("json_schema");
        }
        yield schema(schemaHolder);
      }
      default -> throw format.wrong("type", "text, json_object or json_schema", format.get("type"));
    };
  }

  private static ResponseFormat schema(Fields fields) {
    fields.accept("strict");
    JsonNode schema = fields.get("schema");
    if (schema == null || !schema.isObject()) {
      throw fields.missing("schema");
    }
    return new ResponseFormat(
        fields.text("name").orElse("response"), fields.text("description").orElse(null), schema);
  }
}
