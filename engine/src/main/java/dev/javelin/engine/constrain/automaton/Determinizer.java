package dev.javelin.engine.constrain.automaton;

import dev.javelin.engine.constrain.ConstraintException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The subset construction: one DFA state for each set of NFA positions that can be reached
 * together. Sets keep only the positions that matter (they read a character, or they accept).
 */
final class Determinizer {
  /** Subsets can be exponentially many: {@code (a|b)*a(a|b){30}} has a billion. */
  static final int MAX_STATES = 30_000;

  private record Subset(int[] states) {
    @Override
    public boolean equals(Object o) {
      return o instanceof Subset s && Arrays.equals(states, s.states);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(states);
    }
  }

  private final Nfa nfa;
  private final int[] mark; // which closure a state was last seen in
  private int marker;
  private int[] members = new int[64];
  private int memberCount;
  private final Map<Subset, Integer> ids = new HashMap<>();
  private final List<int[]> subsets = new ArrayList<>();
  private final List<int[]> edges = new ArrayList<>();

  Determinizer(Nfa nfa) {
    this.nfa = nfa;
    this.mark = new int[nfa.stateCount];
  }

  CharDfa build() {
    beginClosure();
    add(nfa.start, true, false);
    idOf(currentSubset());
    List<Integer> labels = new ArrayList<>();
    for (int state = 0; state < subsets.size(); state++) {
      int[] subset = subsets.get(state);
      labels.add(acceptsAtEnd(subset) ? 0 : CharDfa.NO_LABEL);
      edges.add(edgesOf(subset));
    }
    CharDfa dfa =
        new CharDfa(
            edges.toArray(int[][]::new), labels.stream().mapToInt(Integer::intValue).toArray());
    return DfaOps.minimize(DfaOps.trim(dfa));
  }

  private int idOf(int[] subset) {
    Integer known = ids.get(new Subset(subset));
    if (known != null) {
      return known;
    }
    if (subsets.size() >= MAX_STATES) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "a pattern needs more than " + MAX_STATES + " states");
    }
    ids.put(new Subset(subset), subsets.size());
    subsets.add(subset);
    return subsets.size() - 1;
  }

  private void beginClosure() {
    marker++;
    memberCount = 0;
  }

  /** Adds a position and what empty moves reach from it, with an explicit stack. */
  private void add(int from, boolean atStart, boolean atEnd) {
    if (mark[from] == marker) {
      return;
    }
    mark[from] = marker;
    int first = memberCount;
    push(from);
    for (int i = first; i < memberCount; i++) {
      for (int m = nfa.firstMove[members[i]]; m >= 0; m = nfa.nextMove[m]) {
        byte kind = nfa.kind[m];
        boolean open =
            kind == Nfa.EMPTY_MOVE
                || kind == Nfa.START_MOVE && atStart
                || kind == Nfa.END_MOVE && atEnd;
        if (open && mark[nfa.target[m]] != marker) {
          mark[nfa.target[m]] = marker;
          push(nfa.target[m]);
        }
      }
    }
  }

  private void push(int state) {
    if (memberCount == members.length) {
      members = Arrays.copyOf(members, 2 * memberCount);
    }
    members[memberCount++] = state;
  }

  private int[] currentSubset() {
    int n = 0;
    int[] kept = new int[memberCount];
    for (int i = 0; i < memberCount; i++) {
      boolean matters = members[i] == nfa.end;
      for (int m = nfa.firstMove[members[i]]; m >= 0 && !matters; m = nfa.nextMove[m]) {
        matters = nfa.kind[m] == Nfa.CHAR_MOVE || nfa.kind[m] == Nfa.END_MOVE;
      }
      if (matters) {
        kept[n++] = members[i];
      }
    }
    Effort.spend(memberCount);
    int[] subset = Arrays.copyOf(kept, n);
    Arrays.sort(subset);
    return subset;
  }

  private boolean acceptsAtEnd(int[] subset) {
    beginClosure();
    for (int state : subset) {
      add(state, false, true);
    }
    return mark[nfa.end] == marker;
  }

  /**
   * Sweeps over the boundaries of all character moves; between two boundaries the set of targets is
   * constant.
   */
  private int[] edgesOf(int[] subset) {
    List<int[]> moves = new ArrayList<>(); // lo, hi, target
    for (int state : subset) {
      for (int m = nfa.firstMove[state]; m >= 0; m = nfa.nextMove[m]) {
        if (nfa.kind[m] == Nfa.CHAR_MOVE) {
          CharSet set = nfa.chars[m];
          Effort.spend(4L * set.rangeCount());
          for (int r = 0; r < set.rangeCount(); r++) {
            moves.add(new int[] {set.lo(r), set.hi(r), nfa.target[m]});
          }
        }
      }
    }
    int[] cuts =
        moves.stream()
            .flatMapToInt(m -> java.util.stream.IntStream.of(m[0], m[1] + 1))
            .sorted()
            .distinct()
            .toArray();
    moves.sort((a, b) -> Integer.compare(a[0], b[0]));
    List<int[]> active = new ArrayList<>();
    EdgeList list = new EdgeList();
    Map<Subset, Integer> targets = new HashMap<>();
    int next = 0;
    for (int c = 0; c + 1 < cuts.length; c++) {
      int lo = cuts[c];
      active.removeIf(m -> m[1] < lo);
      while (next < moves.size() && moves.get(next)[0] == lo) {
        active.add(moves.get(next++));
      }
      Effort.spend(1 + active.size());
      if (!active.isEmpty()) {
        int[] key = active.stream().mapToInt(m -> m[2]).sorted().distinct().toArray();
        int target = targets.computeIfAbsent(new Subset(key), k -> closureOf(k.states()));
        list.add(lo, cuts[c + 1] - 1, target);
      }
    }
    return list.toArray();
  }

  private int closureOf(int[] states) {
    beginClosure();
    for (int state : states) {
      add(state, false, false);
    }
    return idOf(currentSubset());
  }
}
