package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which keys of an object are told apart: the names that are mentioned anywhere, and classes of
 * other keys by the patterns they match. Label n is the n-th name or, behind the names, the n-th
 * class.
 */
final class KeyPlan {
  private static final int MAX_NAMES = 10_000;
  private static final int MAX_DEPENDENTS = 200;
  private static final int MAX_PATTERNS = 24; // sets of them are ints

  /** Names of so many characters have an automaton, whatever they are. */
  private static final int MAX_LATER = 50_000;

  /** For each label: what its value must be, and which witnesses it could satisfy. */
  record Label(Conj value, boolean isName, List<Boolean> witnesses) {}

  private final ObjectShape shape;
  private final List<String> names;
  private final Map<String, Integer> labelsOfNames = new HashMap<>();
  private final List<Label> labels = new ArrayList<>();
  private final List<CharDfa> patterns = new ArrayList<>();
  private final Map<Integer, Integer> classes = new HashMap<>(); // set of matched patterns -> label
  private CharDfa product; // null while it need not be made

  KeyPlan(ObjectShape shape) {
    this.shape = shape;
    Set<String> mentioned = new LinkedHashSet<>();
    shape.groups().forEach(group -> mentioned.addAll(group.names().keySet()));
    mentioned.addAll(shape.required());
    shape
        .dependents()
        .forEach(
            (name, asked) -> {
              mentioned.add(name);
              mentioned.addAll(asked);
            });
    names = List.copyOf(mentioned);
    checkCount(names.size(), MAX_NAMES, "names");
    checkCount(shape.dependents().size(), MAX_DEPENDENTS, "dependents");
    checkCount(shape.witnesses().size(), MAX_PATTERNS, "conditions");
    for (String name : names) {
      labelsOfNames.put(name, labels.size());
      List<Boolean> witnesses =
          shape.witnesses().stream().map(w -> w.keys().accepts(name)).toList();
      labels.add(
          new Label(shape.keys().accepts(name) ? shape.forName(name) : null, true, witnesses));
    }
    Set<CharDfa> distinct = new LinkedHashSet<>();
    shape.groups().forEach(group -> group.patterns().forEach(p -> distinct.add(p.keys())));
    shape.witnesses().forEach(w -> distinct.add(w.keys()));
    if (shape.keys() != CharDfa.ALL) {
      distinct.add(shape.keys());
    }
    patterns.addAll(distinct);
    checkCount(patterns.size(), MAX_PATTERNS, "patterns");
    if (patterns.isEmpty()) {
      classOf(0);
    } else {
      product = product();
    }
  }

  private static void checkCount(int count, int most, String what) {
    if (count > most) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "more than " + most + " " + what + " for the keys of one object");
    }
  }

  List<Label> labels() {
    return labels;
  }

  List<String> names() {
    return names;
  }

  int labelOf(String name) {
    return labelsOfNames.get(name);
  }

  /**
   * The key automaton with the labels for which {@code usable} holds; null: any string has label 0.
   */
  Supplier<CharDfa> keys(java.util.function.IntPredicate usable) {
    if (names.isEmpty() && patterns.isEmpty()) {
      return null;
    }
    if (patterns.isEmpty()) {
      boolean others = usable.test(names.size());
      Supplier<CharDfa> keys = () -> others ? product() : DfaOps.words(names, true);
      boolean small = names.stream().mapToInt(String::length).sum() <= MAX_LATER;
      CharDfa made = small ? null : keys.get(); // may be refused, which must not be later
      return small ? keys : () -> made;
    }
    return () -> product;
  }

  private CharDfa product() {
    List<CharDfa> parts = new ArrayList<>(List.of(CharDfa.ALL, DfaOps.words(names, true)));
    parts.addAll(patterns);
    return DfaOps.product(
        parts,
        read -> {
          if (read[1] >= 0) {
            return read[1];
          }
          int matched = 0;
          for (int p = 0; p < patterns.size(); p++) {
            matched |= read[p + 2] >= 0 ? 1 << p : 0;
          }
          return classOf(matched);
        });
  }

  /** The label of the keys, other than the names, that match exactly these patterns. */
  private int classOf(int matched) {
    Integer known = classes.get(matched);
    if (known != null) {
      return known;
    }
    Set<CharDfa> matching = new LinkedHashSet<>();
    for (int p = 0; p < patterns.size(); p++) {
      if ((matched >> p & 1) != 0) {
        matching.add(patterns.get(p));
      }
    }
    Conj value = Conj.TRUE;
    for (PropertyGroup group : shape.groups()) {
      boolean any = false;
      for (PropertyGroup.Pattern pattern : group.patterns()) {
        if (matching.contains(pattern.keys())) {
          value = value.and(pattern.value());
          any = true;
        }
      }
      value = any ? value : value.and(group.additional());
    }
    boolean allowed = shape.keys() == CharDfa.ALL || matching.contains(shape.keys());
    List<Boolean> witnesses =
        shape.witnesses().stream().map(w -> matching.contains(w.keys())).toList();
    labels.add(new Label(allowed ? value : null, false, witnesses));
    classes.put(matched, labels.size() - 1);
    return labels.size() - 1;
  }
}
