package dev.javelin.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The fields of a JSON object in a request, read one by one with a check each. Errors name the
 * field by its full path. A null field counts as not given, as OpenAI's clients expect. Knows which
 * fields were asked for, so that {@link #refuseUnknown} can name the others.
 */
public final class Fields {
  private final JsonNode object;
  private final String path;
  private final Set<String> known = new HashSet<>();
  private final List<Fields> children = new ArrayList<>();

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
  }

  public static Fields of(JsonNode node) {
    if (!node.isObject()) {
      throw ApiError.invalid(
          "invalid_json", null, "the body must be a JSON object, not " + kind(node));
    }
    return new Fields(node, "");
  }

  /** The full name of a field of this object. */
  public String name(String field) {
    return path + field;
  }

  public boolean has(String field) {
    return get(field) != null;
  }

  /** The field as it is; null if it was not given. */
  public JsonNode get(String field) {
    known.add(field);
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? null : value;
  }

  public Optional<String> text(String field) {
    JsonNode value = get(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(field, "a string", value);
    }
    return Optional.of(value.textValue());
  }

  public String requiredText(String field) {
    return text(field).orElseThrow(() -> missing(field));
  }

  public OptionalInt integer(String field, int min, int max) {
    OptionalLong value = longInteger(field, min, max);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  public OptionalLong longInteger(String field, long min, long max) {
    JsonNode value = get(field);
    if (value == null) {
      return OptionalLong.empty();
    }
    String rule = "an integer from " + min + " to " + max;
    if (!value.isNumber()) {
      throw wrong(field, rule, value);
    }
    if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
      throw wrong(field, rule, value);
    }
    BigDecimal number =
        value.isBigInteger() ? new BigDecimal(value.bigIntegerValue()) : value.decimalValue();
    boolean inRange =
        number.compareTo(BigDecimal.valueOf(min)) >= 0
            && number.compareTo(BigDecimal.valueOf(max)) <= 0;
    if (!inRange || number.signum() != 0 && number.stripTrailingZeros().scale() > 0) {
      throw wrong(field, rule, value);
    }
    return OptionalLong.of(number.longValue());
  }

  public OptionalDouble number(String field, double min, double max) {
    JsonNode value = get(field);
    if (value == null) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
      throw wrong(field, "a number from " + plain(min) + " to " + plain(max), value);
    }
    return OptionalDouble.of(value.doubleValue());
  }

  public boolean flag(String field, boolean otherwise) {
    JsonNode value = get(field);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong(field, "true or false", value);
    }
    return value.booleanValue();
  }

  public Optional<Fields> object(String field) {
    JsonNode value = get(field);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(child(field, value));
  }

  public List<Fields> objects(String field) {
    List<Fields> result = new ArrayList<>();
    JsonNode list = list(field);
    for (int i = 0; list != null && i < list.size(); i++) {
      result.add(child(field + "[" + i + "]", list.get(i)));
    }
    return result;
  }

  /** A string, or a list of strings. */
  public List<String> texts(String field) {
    JsonNode value = get(field);
    if (value == null) {
      return List.of();
    }
    if (value.isTextual()) {
      return List.of(value.textValue());
    }
    if (!value.isArray()) {
      throw wrong(field, "a string or a list of strings", value);
    }
    List<String> result = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      if (!value.get(i).isTextual()) {
        throw wrong(field + "[" + i + "]", "a string", value.get(i));
      }
      result.add(value.get(i).textValue());
    }
    return result;
  }

  /** A list of integers that are at least 0. */
  public int[] ids(String field) {
    JsonNode list = list(field);
    if (list == null) {
      throw missing(field);
    }
    return ids(field, list);
  }

  public int[] ids(String field, JsonNode list) {
    int[] result = new int[list.size()];
    for (int i = 0; i < result.length; i++) {
      if (!list.get(i).isInt() || list.get(i).intValue() < 0) {
        throw wrong(field + "[" + i + "]", "a token id", list.get(i));
      }
      result[i] = list.get(i).intValue();
    }
    return result;
  }

  /** The list in this field; null if it was not given. */
  public JsonNode list(String field) {
    JsonNode value = get(field);
    if (value != null && !value.isArray()) {
      throw wrong(field, "a list", value);
    }
    return value;
  }

  /** Marks fields as known whose value makes no difference here. */
  public void accept(String... fields) {
    known.addAll(List.of(fields));
  }

  /** Throws if the client sent a field that nothing has asked for, here or in an object below. */
  public void refuseUnknown() {
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!known.contains(field)) {
                throw ApiError.invalid(
                    "unknown_parameter", name(field), "unknown parameter: " + name(field));
              }
            });
    children.forEach(Fields::refuseUnknown);
  }

  public ApiError missing(String field) {
    return ApiError.invalid(
        "missing_required_parameter", name(field), "missing required parameter: " + name(field));
  }

  public ApiError wrong(String field, String rule, JsonNode found) {
    String shown = found.isContainerNode() ? kind(found) : found.toString();
    String shortened = shown.length() > 60 ? shown.substring(0, 60) + "..." : shown;
    return ApiError.invalid(
        "invalid_value", name(field), name(field) + " must be " + rule + ", not " + shortened);
  }

  private Fields child(String field, JsonNode value) {
    if (!value.isObject()) {
      throw wrong(field, "an object", value);
    }
    Fields result = new Fields(value, name(field) + ".");
    children.add(result);
    return result;
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case BINARY -> "bytes";
      case NULL -> "null";
      case MISSING -> "nothing";
    };
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
