package dev.javelin.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * JSON as this server reads and writes it: names in snake_case, nothing left out but empty
 * Optionals, and limits on depth and sizes so that a small body cannot become a large object.
 */
public final class Json {
  private static final int MAX_NUMBER_DIGITS = 1000;
  private static final int MAX_NAME_LENGTH = 10_000;

  /** What Jackson says of itself in its messages. */
  private static final Pattern PARSER_TALK =
      Pattern.compile(" \\(start marker at \\[[^]]*]\\)|, from `StreamReadConstraints[^`]*`");

  private static final JsonMapper WRITER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
          .build();

  private final JsonMapper reader;

  /**
   * @param maxNesting objects and lists inside each other
   */
  public Json(int maxNesting, int maxTextLength) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(maxNesting)
            .maxStringLength(maxTextLength)
            .maxNumberLength(MAX_NUMBER_DIGITS)
            .maxNameLength(MAX_NAME_LENGTH)
            .build();
    this.reader =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(limits)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  /**
   * Reads one JSON value.
   *
   * @throws ApiError 400 if it is none, or deeper or larger than allowed
   */
  public JsonNode read(byte[] body) {
    if (body.length == 0) {
      throw ApiError.invalid("invalid_json", null, "the request has no body; send a JSON object");
    }
    try {
      JsonNode node = reader.readTree(body);
      if (node == null || node.isMissingNode()) {
        throw ApiError.invalid("invalid_json", null, "the request has no body; send a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw ApiError.invalid("invalid_json", null, "the body is not valid JSON: " + place(e));
    } catch (IOException e) {
      throw ApiError.invalid("invalid_json", null, "the body cannot be read as UTF-8 text");
    }
  }

  private static String place(JsonProcessingException e) {
    String what = e.getOriginalMessage();
    int end = what.indexOf('\n');
    String line = PARSER_TALK.matcher(end < 0 ? what : what.substring(0, end)).replaceAll("");
    String shortened = line.length() > 200 ? line.substring(0, 200) + "..." : line;
    return e.getLocation() == null
        ? shortened
        : shortened
            + " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }

  /** The value as UTF-8 JSON. */
  public static byte[] bytes(Object value) {
    try {
      return WRITER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(Object value) {
    try {
      return WRITER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode tree(Object value) {
    return WRITER.valueToTree(value);
  }
}
