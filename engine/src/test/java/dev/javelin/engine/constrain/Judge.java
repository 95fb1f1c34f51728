package dev.javelin.engine.constrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import java.util.Set;

/** What the independent validator says of an answer, corrected where it is known to be wrong. */
final class Judge {
  private Judge() {}

  /**
   * Its faults. Keys that begin with {@code #} are comments to networknt (1.5.9), which it does not
   * hand to {@code additionalProperties}; JSON Schema knows no comments in an instance. Only an
   * answer that has such a key, and only when it is found at fault, is judged again with another
   * sign in that place.
   */
  static Set<ValidationMessage> faults(JsonSchema schema, JsonNode answer) {
    Set<ValidationMessage> faults = schema.validate(answer);
    if (faults.isEmpty()) {
      return faults;
    }
    JsonNode renamed = withoutComments(answer);
    return renamed.equals(answer) ? faults : schema.validate(renamed);
  }

  private static JsonNode withoutComments(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      for (var property : object.properties()) {
        String key = property.getKey();
        copy.set(
            key.startsWith("#") ? "+" + key.substring(1) : key,
            withoutComments(property.getValue()));
      }
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(element -> copy.add(withoutComments(element)));
      return copy;
    }
    return node;
  }
}
