package dev.javelin.engine;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The JSON schema of a Java record: its components are the properties, all required but those of
 * type {@link Optional}. Components may be strings, numbers, booleans, enums, other records, and
 * lists, sets, arrays or string-keyed maps of these.
 */
final class RecordSchema {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int MOST_DEPTH = 32;

  private RecordSchema() {}

  /**
   * @throws InvalidRequest if the type is no record, or a component has a type without a JSON form
   */
  static ObjectNode of(Class<?> type) {
    if (!type.isRecord()) {
      throw new InvalidRequest("an answer can be read into a record only: " + type.getName());
    }
    return schema(type, type.getSimpleName(), 0);
  }

  private static ObjectNode schema(Type type, String place, int depth) {
    if (depth > MOST_DEPTH) {
      throw new InvalidRequest(place + ": records within records, deeper than " + MOST_DEPTH);
    }
    if (type instanceof ParameterizedType generic) {
      return parameterized(generic, place, depth);
    }
    if (type instanceof Class<?> plain) {
      return plain(plain, place, depth);
    }
    throw new InvalidRequest(place + ": no JSON schema for " + type);
  }

  private static ObjectNode plain(Class<?> type, String place, int depth) {
    if (type.isRecord()) {
      return record(type, place, depth);
    }
    if (type.isEnum()) {
      ObjectNode schema = MAPPER.createObjectNode();
      ArrayNode names = schema.putArray("enum");
      Arrays.stream(type.getEnumConstants())
          .forEach(constant -> names.add(((Enum<?>) constant).name()));
      return schema;
    }
    if (type.isArray()) {
      return array(schema(type.getComponentType(), place + "[]", depth + 1));
    }
    if (type == String.class || type == CharSequence.class) {
      return typed("string");
    }
    if (type == boolean.class || type == Boolean.class) {
      return typed("boolean");
    }
    if (type == int.class || type == Integer.class) {
      return integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == BigInteger.class) {
      return typed("integer");
    }
    if (Set.of(float.class, Float.class, double.class, Double.class, BigDecimal.class)
        .contains(type)) {
      return typed("number");
    }
    throw new InvalidRequest(place + ": no JSON schema for " + type.getName());
  }

  private static ObjectNode parameterized(ParameterizedType type, String place, int depth) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (raw == List.class || raw == Collection.class || raw == Set.class) {
      ObjectNode schema = array(schema(arguments[0], place + "[]", depth + 1));
      return raw == Set.class ? schema.put("uniqueItems", true) : schema;
    }
    if (raw == Map.class && arguments[0] == String.class) {
      ObjectNode schema = typed("object");
      schema.set("additionalProperties", schema(arguments[1], place + "{}", depth + 1));
      return schema;
    }
    if (raw == Optional.class) {
      return schema(arguments[0], place, depth + 1);
    }
    throw new InvalidRequest(place + ": no JSON schema for " + type);
  }

  private static ObjectNode record(Class<?> type, String place, int depth) {
    ObjectNode schema = typed("object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName();
      properties.set(name, schema(component.getGenericType(), place + "." + name, depth + 1));
      if (component.getType() != Optional.class) {
        required.add(name);
      }
    }
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode typed(String name) {
    return MAPPER.createObjectNode().put("type", name);
  }

  private static ObjectNode integer(long least, long most) {
    return typed("integer").put("minimum", least).put("maximum", most);
  }

  private static ObjectNode array(ObjectNode items) {
    ObjectNode schema = typed("array");
    schema.set("items", items);
    return schema;
  }
}
