package dev.javelin.engine.constrain.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** A witness that only named keys can satisfy is a choice of names: one alternative for each. */
final class WitnessNames {
  private WitnessNames() {}

  /** The alternatives that replace a shape with such a witness; null if it has none. */
  static List<ObjectShape> expand(ObjectShape shape, KeyPlan plan, Shapes shapes) {
    for (int w = 0; w < shape.witnesses().size(); w++) {
      ObjectShape.Witness witness = shape.witnesses().get(w);
      int index = w;
      boolean others =
          plan.labels().stream()
              .anyMatch(
                  label ->
                      !label.isName()
                          && label.value() != null
                          && label.witnesses().get(index)
                          && !shapes.isEmpty(label.value().and(witness.value())));
      if (!others) {
        List<ObjectShape.Witness> left = new ArrayList<>(shape.witnesses());
        left.remove(w);
        List<ObjectShape> ways = new ArrayList<>();
        for (String name : plan.names()) {
          if (witness.keys().accepts(name)) {
            SequencedSet<String> required = new LinkedHashSet<>(shape.required());
            required.add(name);
            ObjectShape way =
                shapes.simplified(
                    new ObjectShape(
                            shape.groups(),
                            required,
                            shape.min(),
                            shape.max(),
                            shape.keys(),
                            shape.dependents(),
                            List.copyOf(left))
                        .withGroup(PropertyGroup.only(name, witness.value())));
            if (way != null) {
              ways.add(way);
            }
          }
        }
        return ways;
      }
    }
    return null;
  }
}
