package dev.javelin.engine.constrain.automaton;

import java.util.Arrays;

/** Collects the sorted edges of one state and joins neighbours that lead to the same target. */
final class EdgeList {
  private int[] triples = new int[12];
  private int size;

  void add(int lo, int hi, int target) {
    if (size > 0 && triples[size - 1] == target && triples[size - 2] + 1 == lo) {
      triples[size - 2] = hi;
      return;
    }
    if (size + 3 > triples.length) {
      triples = Arrays.copyOf(triples, 2 * triples.length);
    }
    triples[size++] = lo;
    triples[size++] = hi;
    triples[size++] = target;
  }

  int[] toArray() {
    int[] result = Arrays.copyOf(triples, size);
    size = 0;
    return result;
  }
}
