package dev.javelin.engine.constrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a constraint again from its {@link Constraint#source}.
 *
 * <pre>
 *   regex PATTERN | literal TEXT | grammar GBNF | choice ["a","b"] | schema WHITESPACE {...}
 *   sequence PARTS | one of PARTS | repeat MIN MAX PARTS      each part: its length, a blank, its source
 * </pre>
 */
final class SourceReader {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final ConstraintCompiler compiler;
  private final String source;
  private int at;

  SourceReader(ConstraintCompiler compiler, String source) {
    this.compiler = compiler;
    this.source = source;
  }

  Constraint read() {
    String kind = word();
    return switch (kind) {
      case "regex" -> compiler.regex(rest());
      case "literal" -> compiler.literal(rest());
      case "grammar" -> compiler.gbnf(rest());
      case "choice" -> compiler.choice(json().valueStream().map(JsonNode::asText).toList());
      case "schema" -> {
        JsonOptions options = new JsonOptions(JsonOptions.Whitespace.valueOf(word()));
        yield compiler.jsonSchema(json(), options);
      }
      case "sequence" -> compiler.sequence(parts().toArray(Constraint[]::new));
      case "one" -> {
        word(); // of
        yield compiler.anyOf(parts());
      }
      case "repeat" -> {
        int min = Integer.parseInt(word());
        int max = Integer.parseInt(word());
        yield compiler.repeat(parts().getFirst(), min, max);
      }
      default -> throw new IllegalArgumentException("no source of a constraint begins so: " + kind);
    };
  }

  /** Up to the next blank, which is skipped. */
  private String word() {
    int blank = source.indexOf(' ', at);
    String word = source.substring(at, blank < 0 ? source.length() : blank);
    at += Math.min(word.length() + 1, source.length() - at);
    return word;
  }

  private String rest() {
    return source.substring(at);
  }

  private JsonNode json() {
    try {
      return MAPPER.readTree(rest());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the source of a constraint must be JSON: " + rest(), e);
    }
  }

  private List<Constraint> parts() {
    List<Constraint> parts = new ArrayList<>();
    while (at < source.length()) {
      int length = Integer.parseInt(word());
      parts.add(compiler.ofSource(source.substring(at, at + length)));
      at += Math.min(length + 1, source.length() - at);
    }
    return parts;
  }
}
