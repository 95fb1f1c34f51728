package dev.javelin.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Values as shapes, for {@code const} and {@code enum}. */
final class Constants {
  private final SchemaDocument document;
  private final String pointer;

  Constants(SchemaDocument document, String pointer) {
    this.document = document;
    this.pointer = pointer;
  }

  Shape oneOf(List<JsonNode> values) {
    List<String> strings = new ArrayList<>();
    CharDfa numbers = CharDfa.EMPTY;
    boolean canBeNull = false;
    boolean canBeTrue = false;
    boolean canBeFalse = false;
    List<ArrayShape> arrays = new ArrayList<>();
    List<ObjectShape> objects = new ArrayList<>();
    for (JsonNode value : values) {
      switch (value.getNodeType()) {
        case STRING -> strings.add(value.textValue());
        case NUMBER -> numbers = DfaOps.union(numbers, Numbers.exactly(value.decimalValue()));
        case BOOLEAN -> {
          canBeTrue |= value.booleanValue();
          canBeFalse |= !value.booleanValue();
        }
        case ARRAY -> arrays.add(array(value));
        case OBJECT -> objects.add(object(value));
        default -> canBeNull = true;
      }
    }
    StringSet words =
        strings.isEmpty() ? StringSet.NONE : StringSet.of(DfaOps.words(strings, false));
    return new Shape(
        canBeNull,
        canBeTrue,
        canBeFalse,
        numbers,
        words,
        List.copyOf(new LinkedHashSet<>(arrays)),
        List.copyOf(new LinkedHashSet<>(objects)));
  }

  private ArrayShape array(JsonNode value) {
    List<Conj> items = new ArrayList<>();
    for (JsonNode item : value) {
      items.add(Conj.of(document.constant(item, pointer)));
    }
    return new ArrayShape(
        items, Conj.of(document.nothing), items.size(), items.size(), List.of(), false);
  }

  private ObjectShape object(JsonNode value) {
    Map<String, Conj> names = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      names.put(field.getKey(), Conj.of(document.constant(field.getValue(), pointer)));
    }
    return new ObjectShape(
        List.of(new PropertyGroup(names, List.of(), Conj.of(document.nothing))),
        new LinkedHashSet<>(names.keySet()),
        0,
        Regex.UNBOUNDED,
        CharDfa.ALL,
        Map.of(),
        List.of());
  }
}
