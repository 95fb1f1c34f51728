package dev.javelin.engine.prompt.harmony;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * JSON Schema as the TypeScript-like text that gpt-oss learned. It only has to tell the model what
 * to write; keywords that the text cannot express are left out here and enforced elsewhere.
 * Property order is that of the JSON text.
 *
 * <p>References are resolved; a recursive one is {@code any} where it comes round again. Outside of
 * properties, {@code oneOf} and {@code anyOf} are unions, which OpenAI's renderer does not cover.
 */
final class SchemaText {
  private static final String DEEPER = "    ";
  private static final int MAX_DEPTH = 64; // more levels than any tool has; deeper ones are any

  private final JsonNode root;
  private final Set<String> openReferences = new HashSet<>();
  private int depth;

  private SchemaText(JsonNode root) {
    this.root = root;
  }

  /** The type of one function's parameter. */
  static String of(JsonNode schema) {
    return new SchemaText(schema).type(schema, "");
  }

  private String type(JsonNode schema, String indent) {
    if (depth == MAX_DEPTH) {
      return "any";
    }
    depth++;
    try {
      return schema.has("$ref")
          ? referenced(schema.path("$ref").asText(), indent)
          : plainType(schema, indent);
    } finally {
      depth--;
    }
  }

  private String referenced(String reference, String indent) {
    if (!reference.startsWith("#") || !openReferences.add(reference)) {
      return "any";
    }
    try {
      String pointer = reference.substring(1);
      boolean isPointer = pointer.isEmpty() || pointer.startsWith("/");
      JsonNode target = isPointer ? root.at(pointer) : root.path("");
      return target.isMissingNode() ? "any" : type(target, indent);
    } finally {
      openReferences.remove(reference);
    }
  }

  private String plainType(JsonNode schema, String indent) {
    for (String union : List.of("oneOf", "anyOf")) {
      if (schema.path(union).isArray() && !schema.path(union).isEmpty()) {
        return union(schema.path(union), indent);
      }
    }
    JsonNode type = schema.path("type");
    if (type.isArray() && !type.isEmpty()) {
      return typeList(type);
    }
    return switch (type.asText("")) {
      case "object" -> object(schema, indent);
      case "array" ->
          schema.has("items") ? type(schema.path("items"), indent) + "[]" : "Array<any>";
      case "string" -> stringType(schema.path("enum"));
      case "number", "integer" -> "number";
      case "boolean" -> "boolean";
      default -> "any";
    };
  }

  private String union(JsonNode variants, String indent) {
    List<String> types = new ArrayList<>();
    variants.forEach(variant -> types.add(nullableType(variant, indent)));
    return String.join(" | ", types);
  }

  private static String typeList(JsonNode types) {
    List<String> names = new ArrayList<>();
    types.forEach(type -> names.add(type.asText().equals("integer") ? "number" : type.asText()));
    return String.join(" | ", names);
  }

  private static String stringType(JsonNode values) {
    List<String> literals = new ArrayList<>();
    for (JsonNode value : values) {
      if (value.isTextual()) {
        literals.add('"' + value.textValue() + '"');
      }
    }
    return literals.isEmpty() ? "string" : String.join(" | ", literals);
  }

  private String nullableType(JsonNode schema, String indent) {
    String type = type(schema, indent);
    return schema.path("nullable").asBoolean(false) && !type.contains("null")
        ? type + " | null"
        : type;
  }

  private String object(JsonNode schema, String indent) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    StringBuilder out = new StringBuilder();
    line(out, indent, schema.path("description"));
    out.append("{\n");
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey() + (required.contains(property.getKey()) ? "" : "?");
      property(out, name, property.getValue(), indent);
    }
    return out.append(indent).append('}').toString();
  }

  private void property(StringBuilder out, String name, JsonNode schema, String indent) {
    if (schema.path("title").isTextual()) {
      line(out, indent, schema.path("title"));
      out.append(indent).append("//\n");
    }
    if (schema.path("oneOf").isArray()) {
      oneOf(out, name, schema, indent);
      return;
    }
    line(out, indent, schema.path("description"));
    examples(out, schema.path("examples"), indent);
    out.append(indent)
        .append(name)
        .append(": ")
        .append(nullableType(schema, indent + DEEPER))
        .append(',');
    if (schema.has("default")) {
      out.append(" // ").append(defaultText(schema));
    }
    out.append('\n');
  }

  /** A property of several types: what is common stands above, then one line for each type. */
  private void oneOf(StringBuilder out, String name, JsonNode schema, String indent) {
    JsonNode variants = schema.path("oneOf");
    JsonNode common = schema.path("description");
    examples(out, schema.path("examples"), indent);
    boolean said = common.isTextual() && !common.equals(variants.path(0).path("description"));
    if (said) {
      line(out, indent, common);
    }
    if (schema.has("default")) {
      out.append(indent).append("// ").append(defaultText(schema)).append('\n');
    }
    out.append(indent).append(name).append(":\n");
    for (int i = 0; i < variants.size(); i++) {
      JsonNode variant = variants.get(i);
      out.append(indent).append(" | ").append(nullableType(variant, indent + DEEPER));
      List<String> remarks = new ArrayList<>();
      JsonNode own = variant.path("description");
      if (own.isTextual() && !own.equals(common) && !(i == 0 && said)) {
        remarks.add(own.textValue());
      }
      if (variant.has("default")) {
        remarks.add(defaultText(variant));
      }
      out.append(remarks.isEmpty() ? "" : " // " + String.join(" ", remarks)).append('\n');
    }
    out.append(indent).append(",\n");
  }

  private static void examples(StringBuilder out, JsonNode examples, String indent) {
    if (examples.isArray() && !examples.isEmpty()) {
      out.append(indent).append("// Examples:\n");
      for (JsonNode example : examples) {
        if (example.isTextual()) {
          out.append(indent).append("// - \"").append(example.textValue()).append("\"\n");
        }
      }
    }
  }

  private static void line(StringBuilder out, String indent, JsonNode remark) {
    if (remark.isTextual()) {
      out.append(indent).append("// ").append(remark.textValue()).append('\n');
    }
  }

  private static String defaultText(JsonNode schema) {
    JsonNode value = schema.path("default");
    boolean quoted = value.isTextual() && !schema.has("enum");
    return "default: "
        + (value.isTextual() && !quoted
            ? value.textValue()
            : quoted ? '"' + value.textValue() + '"' : value);
  }
}
