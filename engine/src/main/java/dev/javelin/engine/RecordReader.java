package dev.javelin.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a record of JSON that obeys its {@link RecordSchema}. On the module path the record's
 * package must be open to {@code dev.javelin.engine}.
 */
final class RecordReader {
  /** More digits than any context has room for. */
  private static final int LONGEST_NUMBER = 10_000_000;

  /** Reads whole numbers in whatever spelling JSON allows, 1e2 and 1.000 with many zeros too. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNumberLength(LONGEST_NUMBER).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private RecordReader() {}

  /**
   * The record that an answer is.
   *
   * @throws GenerationFailed if the answer was cut off, or the record's constructor refuses it
   */
  static <T extends Record> T read(GenerationResult answer, Class<T> type) {
    if (!answer.obeysRules()) {
      throw new GenerationFailed(
          "the answer ended ("
              + answer.finishReason().text()
              + ") before it was a "
              + type.getSimpleName()
              + ": allow more tokens");
    }
    try {
      return read(JSON.readTree(answer.text()), type);
    } catch (JsonProcessingException e) {
      throw new GenerationFailed(
          "the answer is no " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }
  }

  /**
   * @throws GenerationFailed if the record's constructor refuses the values, or cannot be reached
   */
  private static <T extends Record> T read(JsonNode json, Class<T> type) {
    return type.cast(value(json, type));
  }

  private static Object value(JsonNode json, Type type) {
    if (type instanceof ParameterizedType generic) {
      return parameterized(json, generic);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return record(json, plain);
    }
    if (plain.isEnum()) {
      return Arrays.stream(plain.getEnumConstants())
          .filter(constant -> ((Enum<?>) constant).name().equals(json.asText()))
          .findFirst()
          .orElseThrow();
    }
    if (plain.isArray()) {
      Object array = Array.newInstance(plain.getComponentType(), json.size());
      for (int i = 0; i < json.size(); i++) {
        Array.set(array, i, value(json.get(i), plain.getComponentType()));
      }
      return array;
    }
    return scalar(json, plain);
  }

  private static Object scalar(JsonNode json, Class<?> type) {
    return switch (type.getSimpleName()) {
      case "boolean", "Boolean" -> json.booleanValue();
      case "int", "Integer" -> json.decimalValue().intValueExact();
      case "long", "Long" -> json.decimalValue().longValueExact();
      case "float", "Float" -> json.floatValue();
      case "double", "Double" -> json.doubleValue();
      case "BigInteger" -> whole(json.decimalValue());
      case "BigDecimal" -> json.decimalValue();
      default -> json.textValue();
    };
  }

  private static BigInteger whole(BigDecimal number) {
    return number.toBigIntegerExact();
  }

  private static Object parameterized(JsonNode json, ParameterizedType type) {
    Type argument = type.getActualTypeArguments()[0];
    if (type.getRawType() == Optional.class) {
      return json == null ? Optional.empty() : Optional.of(value(json, argument));
    }
    if (type.getRawType() == Map.class) {
      Map<String, Object> map = new LinkedHashMap<>();
      json.properties()
          .forEach(e -> map.put(e.getKey(), value(e.getValue(), type.getActualTypeArguments()[1])));
      return map;
    }
    List<Object> items = new ArrayList<>();
    json.forEach(item -> items.add(value(item, argument)));
    return type.getRawType() == Set.class ? new LinkedHashSet<>(items) : items;
  }

  private static Object record(JsonNode json, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(json.get(components[i].getName()), components[i].getGenericType());
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new GenerationFailed(
          "no " + type.getSimpleName() + " can be made of " + json + ": " + e, e);
    }
  }
}
