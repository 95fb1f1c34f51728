package dev.javelin.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Pattern;
import dev.javelin.engine.constrain.automaton.Regex;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The keywords of numbers and strings. */
final class ScalarKeywords {
  private final Map<String, CharDfa> patterns = new HashMap<>();

  CharDfa numbers(SchemaNode s, Set<String> types) {
    boolean anyNumber = types.contains("number");
    if (!anyNumber && !types.contains("integer")) {
      return CharDfa.EMPTY;
    }
    CharDfa set =
        anyNumber
            ? Numbers.ALL
            : s.dialect().integersMayHaveFraction() ? Numbers.INTEGERS : Numbers.STRICT_INTEGERS;
    for (String side : new String[] {"minimum", "maximum"}) {
      boolean lower = side.equals("minimum");
      String exclusiveKeyword = lower ? "exclusiveMinimum" : "exclusiveMaximum";
      JsonNode exclusive = s.json().get(exclusiveKeyword);
      boolean flag = exclusive != null && exclusive.isBoolean() && exclusive.asBoolean(); // draft 4
      if (s.has(side)) {
        set = intersect(set, bound(s, side, lower, flag));
      }
      if (exclusive != null && !exclusive.isBoolean()) {
        set = intersect(set, bound(s, exclusiveKeyword, lower, true));
      }
    }
    if (s.has("multipleOf")) {
      BigDecimal step = number(s, "multipleOf");
      if (step.signum() <= 0) {
        throw s.invalid("multipleOf", "above 0");
      }
      set = intersect(set, placed(s, "multipleOf", () -> Numbers.multiplesOf(step)));
    }
    return set;
  }

  private static CharDfa intersect(CharDfa a, CharDfa b) {
    return a == Numbers.ALL ? b : DfaOps.intersect(a, b);
  }

  private static CharDfa bound(SchemaNode s, String keyword, boolean lower, boolean exclusive) {
    BigDecimal value = number(s, keyword);
    return placed(
        s,
        keyword,
        () -> lower ? Numbers.atLeast(value, exclusive) : Numbers.atMost(value, exclusive));
  }

  private static BigDecimal number(SchemaNode s, String keyword) {
    JsonNode value = s.json().get(keyword);
    if (!value.isNumber()) {
      throw s.invalid(keyword, "a number");
    }
    return value.decimalValue();
  }

  StringSet strings(SchemaNode s, Set<String> types) {
    if (!types.contains("string")) {
      return StringSet.NONE;
    }
    StringSet set = StringSet.ALL;
    if (s.has("minLength") || s.has("maxLength")) {
      int min = KeywordReader.least(s, "minLength", 0);
      int max = KeywordReader.count(s, "maxLength", Regex.UNBOUNDED);
      set = StringSet.ofLength(min, max);
    }
    if (s.has("pattern")) {
      set =
          set.intersect(
              StringSet.of(placed(s, "pattern", () -> pattern(s, s.json().get("pattern")))));
    }
    if (s.json().path("format").isTextual()) {
      StringSet before = set;
      set =
          placed(
              s,
              "format",
              () -> before.intersect(Formats.strings(s.json().get("format").asText())));
    }
    return set;
  }

  private CharDfa pattern(SchemaNode s, JsonNode pattern) {
    if (!pattern.isTextual()) {
      throw s.invalid("pattern", "a string");
    }
    return pattern(pattern.asText());
  }

  CharDfa pattern(String pattern) {
    return patterns.computeIfAbsent(pattern, Pattern::search);
  }

  private static <T> T placed(SchemaNode s, String keyword, java.util.function.Supplier<T> work) {
    try {
      return work.get();
    } catch (ConstraintException e) {
      throw e.pointer().isEmpty() ? e.at(s.pointer() + "/" + keyword) : e;
    }
  }
}
