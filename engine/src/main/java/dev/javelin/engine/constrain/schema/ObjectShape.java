package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Effort;
import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * One way to be an object: all groups hold for each property, the required names are there, the
 * number of properties is within bounds, all keys are in a language, the presence of some names
 * asks for others, and for each witness some property is as it says.
 *
 * @param dependents name to names that must be there if it is
 */
record ObjectShape(
    List<PropertyGroup> groups,
    SequencedSet<String> required,
    int min,
    int max,
    CharDfa keys,
    Map<String, Set<String>> dependents,
    List<Witness> witnesses) {
  static final ObjectShape ANY =
      new ObjectShape(
          List.of(), new LinkedHashSet<>(), 0, Regex.UNBOUNDED, CharDfa.ALL, Map.of(), List.of());

  /** Some property must have a key of this language and a value of this kind. */
  record Witness(CharDfa keys, Conj value) {}

  boolean isAny() {
    return equals(ANY);
  }

  /** What must hold for the value of a key. */
  Conj forName(String name) {
    Conj result = Conj.TRUE;
    for (PropertyGroup group : groups) {
      result = result.and(group.forName(name));
    }
    return result;
  }

  ObjectShape intersect(ObjectShape o) {
    if (isAny()) {
      return o;
    }
    if (o.isAny()) {
      return this;
    }
    Effort.spend(30L * (groups.size() + o.groups.size()) + required.size()); // groups are compared
    List<PropertyGroup> both = new ArrayList<>(new LinkedHashSet<>(joined(groups, o.groups)));
    SequencedSet<String> names = new LinkedHashSet<>(required);
    names.addAll(o.required);
    Map<String, Set<String>> together = new TreeMap<>(dependents);
    o.dependents.forEach(
        (name, asked) ->
            together.merge(
                name,
                asked,
                (a, b) -> {
                  Set<String> union = new LinkedHashSet<>(a);
                  union.addAll(b);
                  return union;
                }));
    return new ObjectShape(
        both,
        names,
        Math.max(min, o.min),
        Math.min(max, o.max),
        DfaOps.intersect(keys, o.keys),
        together,
        List.copyOf(new LinkedHashSet<>(joined(witnesses, o.witnesses))));
  }

  private static <T> List<T> joined(List<T> a, List<T> b) {
    List<T> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  ObjectShape withGroup(PropertyGroup group) {
    return intersect(
        new ObjectShape(
            List.of(group),
            new LinkedHashSet<>(),
            0,
            Regex.UNBOUNDED,
            CharDfa.ALL,
            Map.of(),
            List.of()));
  }

  static ObjectShape requiring(String name) {
    return new ObjectShape(
        List.of(),
        new LinkedHashSet<>(List.of(name)),
        0,
        Regex.UNBOUNDED,
        CharDfa.ALL,
        Map.of(),
        List.of());
  }

  static ObjectShape counting(int min, int max) {
    return new ObjectShape(
        List.of(), new LinkedHashSet<>(), min, max, CharDfa.ALL, Map.of(), List.of());
  }

  static ObjectShape witness(CharDfa keys, Conj value) {
    return new ObjectShape(
        List.of(),
        new LinkedHashSet<>(),
        1,
        Regex.UNBOUNDED,
        CharDfa.ALL,
        Map.of(),
        List.of(new Witness(keys, value)));
  }
}
