package dev.javelin.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.Pattern;
import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;

/** The keywords of arrays and objects. */
final class ContainerKeywords {
  private final SchemaDocument document;
  private final Shapes shapes;
  private final Map<String, CharDfa> patterns = new HashMap<>();

  ContainerKeywords(SchemaDocument document, Shapes shapes) {
    this.document = document;
    this.shapes = shapes;
  }

  List<ArrayShape> arrays(SchemaNode s, Set<String> types) {
    if (!types.contains("array")) {
      return List.of();
    }
    ArrayShape shape =
        new ArrayShape(
            prefix(s),
            rest(s),
            KeywordReader.least(s, "minItems", 0),
            KeywordReader.count(s, "maxItems", Regex.UNBOUNDED),
            contains(s),
            s.json().path("uniqueItems").asBoolean());
    ArrayShape simple = shapes.simplified(shape.isAny() ? ArrayShape.ANY : shape);
    return simple == null ? List.of() : List.of(simple);
  }

  private static boolean hasTuple(SchemaNode s) {
    return s.json().path("items").isArray();
  }

  private List<Conj> prefix(SchemaNode s) {
    boolean newStyle = s.has("prefixItems") && s.dialect() == Dialect.DRAFT_2020;
    String keyword = newStyle ? "prefixItems" : "items";
    JsonNode list = s.json().get(keyword);
    if (list == null || !list.isArray()) {
      if (newStyle) {
        throw s.invalid(keyword, "an array of schemas");
      }
      return List.of();
    }
    List<Conj> items = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      items.add(conj(s, list.get(i), keyword + "/" + i));
    }
    return items;
  }

  private Conj rest(SchemaNode s) {
    if (hasTuple(s)) {
      return s.has("additionalItems")
          ? conj(s, s.json().get("additionalItems"), "additionalItems")
          : Conj.TRUE;
    }
    return s.has("items") ? conj(s, s.json().get("items"), "items") : Conj.TRUE;
  }

  private List<ArrayShape.Contains> contains(SchemaNode s) {
    if (!s.has("contains") || s.dialect() == Dialect.DRAFT_4) {
      return List.of();
    }
    boolean counted = s.dialect().compareTo(Dialect.DRAFT_2019) >= 0;
    int min = counted ? KeywordReader.least(s, "minContains", 1) : 1;
    int max = counted ? KeywordReader.count(s, "maxContains", Regex.UNBOUNDED) : Regex.UNBOUNDED;
    if (min == 0 && max == Regex.UNBOUNDED) {
      return List.of();
    }
    return List.of(
        new ArrayShape.Contains(conj(s, s.json().get("contains"), "contains"), 0, min, max));
  }

  List<ObjectShape> objects(SchemaNode s, Set<String> types) {
    if (!types.contains("object")) {
      return List.of();
    }
    int min = KeywordReader.count(s, "minProperties", 0);
    int max = KeywordReader.count(s, "maxProperties", Regex.UNBOUNDED);
    CharDfa keys = CharDfa.ALL;
    if (s.has("propertyNames") && s.dialect() != Dialect.DRAFT_4) {
      StringSet names =
          shapes.of(conj(s, s.json().get("propertyNames"), "propertyNames")).strings();
      keys = names == StringSet.ALL ? CharDfa.ALL : names.explicit();
      max = names.isEmpty() ? 0 : max;
    }
    PropertyGroup group = group(s);
    boolean says =
        !group.names().isEmpty() || !group.patterns().isEmpty() || !group.additional().isTrue();
    ObjectShape shape =
        new ObjectShape(
            says ? List.of(group) : List.of(),
            required(s),
            min,
            max,
            keys,
            dependents(s),
            List.of());
    ObjectShape simple = shapes.simplified(shape.isAny() ? ObjectShape.ANY : shape);
    return simple == null ? List.of() : List.of(simple);
  }

  private PropertyGroup group(SchemaNode s) {
    Map<String, Conj> names = new LinkedHashMap<>();
    map(s, "properties")
        .forEach((name, value) -> names.put(name, conj(s, value, "properties/" + escaped(name))));
    List<PropertyGroup.Pattern> list = new ArrayList<>();
    map(s, "patternProperties")
        .forEach(
            (pattern, value) -> {
              String place = "patternProperties/" + escaped(pattern);
              list.add(new PropertyGroup.Pattern(keys(s, pattern, place), conj(s, value, place)));
            });
    String rest = s.has("additionalProperties") ? "additionalProperties" : "unevaluatedProperties";
    Conj additional = s.has(rest) ? conj(s, s.json().get(rest), rest) : Conj.TRUE;
    return new PropertyGroup(names, list, additional);
  }

  private CharDfa keys(SchemaNode s, String pattern, String place) {
    try {
      return patterns.computeIfAbsent(pattern, Pattern::search);
    } catch (ConstraintException e) {
      throw e.at(s.pointer() + "/" + place);
    }
  }

  private static SequencedSet<String> required(SchemaNode s) {
    SequencedSet<String> names = new LinkedHashSet<>();
    JsonNode required = s.json().get("required");
    if (required != null) {
      if (!required.isArray()) {
        throw s.invalid("required", "an array of strings");
      }
      required.forEach(name -> names.add(text(s, "required", name)));
    }
    return names;
  }

  private static Map<String, Set<String>> dependents(SchemaNode s) {
    Map<String, Set<String>> result = new TreeMap<>();
    for (String keyword : new String[] {"dependentRequired", "dependencies"}) {
      map(s, keyword)
          .forEach(
              (name, value) -> {
                if (value.isArray()) {
                  value.forEach(
                      other ->
                          result
                              .computeIfAbsent(name, n -> new LinkedHashSet<>())
                              .add(text(s, keyword, other)));
                } else if (value.isTextual()) {
                  result.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(value.asText());
                } else if (keyword.equals("dependentRequired")) {
                  throw s.invalid(keyword, "an object of arrays of strings");
                }
              });
    }
    return result;
  }

  /** For each name: either the object does not have it, or it has and the schema holds as well. */
  Shape withDependentSchemas(SchemaNode s, Shape shape) {
    Shape result = shape;
    for (String keyword : new String[] {"dependentSchemas", "dependencies"}) {
      for (Map.Entry<String, JsonNode> entry : map(s, keyword).entrySet()) {
        if (entry.getValue().isObject() || entry.getValue().isBoolean()) {
          Conj schema = conj(s, entry.getValue(), keyword + "/" + escaped(entry.getKey()));
          result = shapes.intersect(result, either(entry.getKey(), schema));
        }
      }
    }
    return result;
  }

  private Shape either(String name, Conj schema) {
    Shape other =
        new Shape(true, true, true, Numbers.ALL, StringSet.ALL, List.of(ArrayShape.ANY), List.of());
    Shape without =
        Shape.ofObject(
            ObjectShape.ANY.withGroup(PropertyGroup.only(name, Conj.of(document.nothing))));
    Shape with = shapes.intersect(Shape.ofObject(ObjectShape.requiring(name)), shapes.of(schema));
    return other.union(without).union(with);
  }

  private Conj conj(SchemaNode s, JsonNode json, String path) {
    SchemaNode child = document.child(s, json, path);
    boolean trivial = json.isBoolean() && json.asBoolean() || json.isObject() && json.isEmpty();
    return trivial ? Conj.TRUE : Conj.of(child);
  }

  private static Map<String, JsonNode> map(SchemaNode s, String keyword) {
    JsonNode value = s.json().get(keyword);
    Map<String, JsonNode> result = new LinkedHashMap<>();
    if (value != null) {
      if (!value.isObject()) {
        throw s.invalid(keyword, "an object");
      }
      value.properties().forEach(entry -> result.put(entry.getKey(), entry.getValue()));
    }
    return result;
  }

  private static String text(SchemaNode s, String keyword, JsonNode value) {
    if (!value.isTextual()) {
      throw s.invalid(keyword, "made of strings");
    }
    return value.asText();
  }

  private static String escaped(String name) {
    return SchemaDocument.escaped(name);
  }
}
