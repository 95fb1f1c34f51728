package dev.javelin.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads one schema object: its typed keywords as an intersection of simple shapes, its combinators
 * in place. Keywords that affect validity and that cannot be enforced are refused; unknown ones
 * mean nothing, as JSON Schema says.
 */
final class KeywordReader {
  private static final Set<String> TYPES =
      Set.of("null", "boolean", "object", "array", "number", "string", "integer");
  private static final Set<String> REFUSED =
      Set.of(
          "$dynamicRef", "$recursiveRef", "unevaluatedItems", "extends", "disallow", "divisibleBy");
  private static final Set<String> IN_PLACE =
      Set.of(
          "$ref",
          "allOf",
          "anyOf",
          "oneOf",
          "not",
          "if",
          "then",
          "else",
          "dependentSchemas",
          "dependencies");

  private static final int MAX_IN_PLACE = 100;

  /** No answer has room for more items or characters. */
  private static final int MOST_REQUIRED = 1 << 16;

  private final SchemaDocument document;
  private final Shapes shapes;
  private final ScalarKeywords scalars;
  private final ContainerKeywords containers;

  KeywordReader(SchemaDocument document, Shapes shapes) {
    this.document = document;
    this.shapes = shapes;
    this.scalars = new ScalarKeywords();
    this.containers = new ContainerKeywords(document, shapes);
  }

  /**
   * What is known while members of a conjunction are read; alternatives wait until everything else
   * is in.
   */
  private final class Reading {
    private Shape shape = Shape.ANY;
    private final List<List<SchemaNode>> anyOfs = new ArrayList<>();
    private final List<List<SchemaNode>> oneOfs = new ArrayList<>();
    private final Set<SchemaNode> path = new HashSet<>();

    private void and(Shape other) {
      shape = shapes.intersect(shape, other);
    }

    private void add(SchemaNode s) {
      if (s.json().isBoolean()) {
        and(s.json().asBoolean() ? Shape.ANY : Shape.NONE);
        return;
      }
      if (!path.add(s)) {
        throw shapes.circle(s);
      }
      if (path.size() > MAX_IN_PLACE) {
        throw new ConstraintException(
            ConstraintException.Code.TOO_COMPLEX,
            s.pointer(),
            "more than " + MAX_IN_PLACE + " references and combinators lead here");
      }
      try {
        addObject(s);
      } catch (ConstraintException e) {
        throw e.pointer().isEmpty() ? e.at(s.pointer()) : e;
      }
      path.remove(s);
    }

    private void addObject(SchemaNode s) {
      if (s.has("$ref") && s.dialect().refStandsAlone()) {
        add(target(s));
        return;
      }
      for (String refused : REFUSED) {
        if (s.has(refused)) {
          throw s.unsupported(refused, "cannot be enforced: " + refused);
        }
      }
      checkUnevaluated(s);
      and(typed(s));
      if (s.has("$ref")) {
        add(target(s));
      }
      parts(s, "allOf").forEach(this::add);
      if (s.has("if") && s.dialect().compareTo(Dialect.DRAFT_7) >= 0) {
        and(conditional(s));
      }
      if (s.has("not")) {
        and(shapes.of(Conj.not(document.child(s, s.json().get("not"), "not"))));
      }
      if (s.has("anyOf")) {
        anyOfs.add(parts(s, "anyOf"));
      }
      if (s.has("oneOf")) {
        oneOfs.add(parts(s, "oneOf"));
      }
    }

    private Shape finish() {
      for (List<SchemaNode> anyOf : anyOfs) {
        shape =
            shapes.union(
                anyOf.stream()
                    .map(part -> shapes.intersect(shape, shapes.of(Conj.of(part))))
                    .toList());
      }
      for (List<SchemaNode> oneOf : oneOfs) {
        shape = exactlyOne(shape, oneOf);
      }
      return shape;
    }
  }

  /** The intersection of these schemas and shapes. */
  Shape read(List<SchemaNode> schemas, List<Shape> others) {
    Reading reading = new Reading();
    others.forEach(reading::and);
    schemas.forEach(reading::add);
    return reading.finish();
  }

  private void checkUnevaluated(SchemaNode s) {
    JsonNode unevaluated = s.json().get("unevaluatedProperties");
    if (unevaluated == null || unevaluated.isBoolean() && unevaluated.asBoolean()) {
      return;
    }
    if (s.has("additionalProperties")) {
      return; // then nothing is unevaluated
    }
    for (String keyword : IN_PLACE) {
      if (s.has(keyword)) {
        throw s.unsupported("unevaluatedProperties", "cannot be enforced beside " + keyword);
      }
    }
  }

  private SchemaNode target(SchemaNode s) {
    JsonNode reference = s.json().get("$ref");
    if (!reference.isTextual()) {
      throw s.invalid("$ref", "a string");
    }
    return document.resolve(s, reference.asText());
  }

  private List<SchemaNode> parts(SchemaNode s, String keyword) {
    JsonNode list = s.json().get(keyword);
    if (list == null) {
      return List.of();
    }
    if (!list.isArray() || list.isEmpty()) {
      throw s.invalid(keyword, "an array of schemas that is not empty");
    }
    List<SchemaNode> parts = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      parts.add(document.child(s, list.get(i), keyword + "/" + i));
    }
    return parts;
  }

  /**
   * Each alternative together with the opposite of those others that it could overlap with, given
   * what is known.
   */
  private Shape exactlyOne(Shape known, List<SchemaNode> parts) {
    List<Shape> ways = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Shape way = shapes.intersect(known, shapes.of(Conj.of(parts.get(i))));
      for (int j = 0; j < parts.size() && !way.isEmpty(); j++) {
        if (j != i && (parts.get(i) == parts.get(j) || overlap(way, parts.get(j)))) {
          way = shapes.intersect(way, shapes.of(Conj.not(parts.get(j))));
        }
      }
      ways.add(way);
    }
    return shapes.union(ways);
  }

  private boolean overlap(Shape a, SchemaNode b) {
    return !shapes.intersect(a, shapes.of(Conj.of(b))).isEmpty();
  }

  private Shape conditional(SchemaNode s) {
    SchemaNode condition = document.child(s, s.json().get("if"), "if");
    Shape met =
        s.has("then")
            ? shapes.of(
                Conj.of(condition).and(Conj.of(document.child(s, s.json().get("then"), "then"))))
            : shapes.of(Conj.of(condition));
    if (!s.has("then") && !s.has("else")) {
      return Shape.ANY;
    }
    Shape notMet =
        s.has("else")
            ? shapes.of(
                Conj.not(condition).and(Conj.of(document.child(s, s.json().get("else"), "else"))))
            : shapes.of(Conj.not(condition));
    return met.union(notMet);
  }

  private Shape typed(SchemaNode s) {
    Set<String> types = types(s);
    Shape result =
        new Shape(
            types.contains("null"),
            types.contains("boolean"),
            types.contains("boolean"),
            scalars.numbers(s, types),
            scalars.strings(s, types),
            containers.arrays(s, types),
            containers.objects(s, types));
    if (s.has("dependentSchemas") || s.has("dependencies")) {
      result = containers.withDependentSchemas(s, result);
    }
    if (s.has("enum")) {
      JsonNode values = s.json().get("enum");
      if (!values.isArray()) {
        throw s.invalid("enum", "an array");
      }
      List<JsonNode> list = new ArrayList<>();
      values.forEach(list::add);
      result = shapes.intersect(result, new Constants(document, s.pointer() + "/enum").oneOf(list));
    }
    if (s.has("const") && s.dialect() != Dialect.DRAFT_4) {
      result =
          shapes.intersect(
              result,
              new Constants(document, s.pointer() + "/const")
                  .oneOf(List.of(s.json().get("const"))));
    }
    return result;
  }

  private static Set<String> types(SchemaNode s) {
    JsonNode type = s.json().get("type");
    if (type == null) {
      return TYPES;
    }
    Set<String> result = new java.util.LinkedHashSet<>();
    if (type.isTextual()) {
      result.add(type.asText());
    } else if (type.isArray()) {
      type.forEach(t -> result.add(t.asText()));
    }
    if (result.isEmpty() || !TYPES.containsAll(result)) {
      throw s.invalid("type", "one of " + TYPES + " or an array of them");
    }
    return result;
  }

  /**
   * The least number of something, as {@link #count}.
   *
   * @throws ConstraintException TOO_COMPLEX if it is more than {@link #MOST_REQUIRED}
   */
  static int least(SchemaNode s, String keyword, int otherwise) {
    int least = count(s, keyword, otherwise);
    if (least > MOST_REQUIRED) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          s.pointer() + "/" + keyword,
          "may be at most " + MOST_REQUIRED + ": " + least);
    }
    return least;
  }

  /** A count: a whole number from 0 on. */
  static int count(SchemaNode s, String keyword, int otherwise) {
    JsonNode value = s.json().get(keyword);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber()
        || value.decimalValue().signum() < 0
        || value.decimalValue().stripTrailingZeros().scale() > 0) {
      throw s.invalid(keyword, "a whole number from 0 on");
    }
    return value.decimalValue().compareTo(java.math.BigDecimal.valueOf(Regex.UNBOUNDED)) >= 0
        ? Regex.UNBOUNDED
        : value.decimalValue().intValue();
  }
}
