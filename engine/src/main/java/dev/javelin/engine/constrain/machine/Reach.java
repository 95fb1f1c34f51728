package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.automaton.CharDfa;
import java.util.BitSet;

/**
 * Which labels each state of a labelled automaton can reach: keys that cannot be finished are not
 * begun.
 */
final class Reach {
  private Reach() {}

  /** Null when there is no more than one label, since then every state reaches it. */
  static BitSet[] of(CharDfa dfa) {
    int n = dfa.stateCount();
    int first = CharDfa.NO_LABEL;
    boolean several = false;
    BitSet[] reach = new BitSet[n];
    for (int i = 0; i < n; i++) {
      reach[i] = new BitSet();
      int label = dfa.label(i);
      if (label != CharDfa.NO_LABEL) {
        reach[i].set(label);
        several |= first != CharDfa.NO_LABEL && first != label;
        first = label;
      }
    }
    if (!several) {
      return null;
    }
    for (boolean changed = true;
        changed; ) { // states are numbered roughly by depth: backwards settles fast
      changed = false;
      for (int i = n - 1; i >= 0; i--) {
        int before = reach[i].cardinality();
        int[] e = dfa.edges(i);
        for (int k = 2; k < e.length; k += 3) {
          reach[i].or(reach[e[k]]);
        }
        changed |= reach[i].cardinality() != before;
      }
    }
    return reach;
  }
}
