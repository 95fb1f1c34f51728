package dev.javelin.engine.prompt.jinja;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON as template values. Every string in it is foreign: none of it may become a special token.
 */
public final class JsonValues {
  private JsonValues() {}

  /** The value of this JSON, of the kinds that {@link Template#render} takes. */
  public static Object of(JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT -> {
        Map<Object, Object> dict = new LinkedHashMap<>();
        json.properties()
            .forEach(entry -> dict.put(Str.foreign(entry.getKey()), of(entry.getValue())));
        yield dict;
      }
      case ARRAY -> {
        List<Object> list = new ArrayList<>(json.size());
        json.forEach(item -> list.add(of(item)));
        yield list;
      }
      case STRING -> Str.foreign(json.textValue());
      case BOOLEAN -> json.booleanValue();
      case NUMBER -> number(json);
      case NULL, MISSING -> null;
      case BINARY, POJO -> throw new IllegalArgumentException("not JSON: " + json.getNodeType());
    };
  }

  private static Object number(JsonNode json) {
    if (!json.isIntegralNumber()) {
      return json.doubleValue();
    }
    BigInteger value = json.bigIntegerValue();
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }
}
