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
   * Its faults. networknt (1.5.9, {@code AdditionalPropertiesValidator}) passes over keys that
   * begin with {@code #}, as though they were comments; JSON Schema knows no comments in an
   * instance. So where such a key meets {@code additionalProperties}, the answer is judged with
   * another sign in that place, for better or worse; unless the schema itself says something of
   * such names, or of names in general, since it could then mean something else.
   */
  static Set<ValidationMessage> faults(JsonSchema schema, JsonNode answer) {
    JsonNode rules = schema.getSchemaNode();
    boolean passesOver = rules.findValue("additionalProperties") != null && !speaksOfNames(rules);
    return schema.validate(passesOver ? withoutMarks(answer) : answer);
  }

  private static boolean speaksOfNames(JsonNode rules) {
    for (var rule : rules.properties()) {
      String key = rule.getKey();
      JsonNode value = rule.getValue();
      if (key.startsWith("#")
          || key.equals("patternProperties")
          || key.equals("propertyNames")
          || !key.equals("$ref") && value.isTextual() && value.textValue().startsWith("#")
          || speaksOfNames(value)) {
        return true;
      }
    }
    if (rules.isArray()) {
      for (JsonNode rule : rules) {
        if (rule.isTextual() && rule.textValue().startsWith("#") || speaksOfNames(rule)) {
          return true;
        }
      }
    }
    return false;
  }

  private static JsonNode withoutMarks(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      for (var property : object.properties()) {
        String key = property.getKey();
        String name = key.startsWith("#") ? "\uE000" + key.substring(1) : key;
        copy.set(name, withoutMarks(property.getValue()));
      }
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(element -> copy.add(withoutMarks(element)));
      return copy;
    }
    return node;
  }
}
