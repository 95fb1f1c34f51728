package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.CharDfa;
import java.util.List;
import java.util.Map;

/**
 * What one schema object says about properties: {@code properties}, {@code patternProperties} and,
 * for keys that neither names, {@code additionalProperties}. Conjunctions keep the groups of their
 * members apart, because "additional" means something else in each.
 */
record PropertyGroup(Map<String, Conj> names, List<Pattern> patterns, Conj additional) {
  record Pattern(CharDfa keys, Conj value) {}

  /** What must hold for the value of this key. */
  Conj forName(String name) {
    Conj result = Conj.TRUE;
    boolean found = names.containsKey(name);
    if (found) {
      result = names.get(name);
    }
    for (Pattern pattern : patterns) {
      if (pattern.keys().accepts(name)) {
        result = result.and(pattern.value());
        found = true;
      }
    }
    return found ? result : additional;
  }

  static PropertyGroup only(String name, Conj value) {
    return new PropertyGroup(Map.of(name, value), List.of(), Conj.TRUE);
  }
}
