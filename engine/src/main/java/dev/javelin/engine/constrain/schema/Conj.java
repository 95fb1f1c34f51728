package dev.javelin.engine.constrain.schema;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Subschemas that must all hold, some of them negated: a sorted set of {@code 2 * node id +
 * (negated ? 1 : 0)}.
 */
record Conj(int[] literals) {
  static final Conj TRUE = new Conj(new int[0]);

  static Conj of(SchemaNode node) {
    return new Conj(new int[] {2 * node.id()});
  }

  static Conj not(SchemaNode node) {
    return new Conj(new int[] {2 * node.id() + 1});
  }

  Conj and(Conj other) {
    if (other.literals.length == 0 || this == other) {
      return this;
    }
    if (literals.length == 0) {
      return other;
    }
    return new Conj(
        IntStream.concat(Arrays.stream(literals), Arrays.stream(other.literals))
            .sorted()
            .distinct()
            .toArray());
  }

  boolean isTrue() {
    return literals.length == 0;
  }

  int size() {
    return literals.length;
  }

  /** One literal, with the other sign. */
  Conj negatedLiteral(int index) {
    return new Conj(new int[] {literals[index] ^ 1});
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Conj c && Arrays.equals(literals, c.literals);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(literals);
  }
}
