package dev.javelin.engine.constrain.automaton;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;
import java.util.function.IntPredicate;

/**
 * How far the states of an automaton are from labels. Keeps the moves by where they lead, so that
 * each question costs no more than the states that it finds.
 */
public final class Distances {
  private final CharDfa dfa;
  private final int[] firstMove; // by target; one more entry than states
  private final int[] sources;
  private final int[] costs;

  /**
   * @param cost of a character of a range: {@code cost(lo, hi)}
   */
  public Distances(CharDfa dfa, IntBinaryOperator cost) {
    this.dfa = dfa;
    int n = dfa.stateCount();
    firstMove = new int[n + 1];
    for (int i = 0; i < n; i++) {
      int[] e = dfa.edges(i);
      for (int k = 2; k < e.length; k += 3) {
        firstMove[e[k] + 1]++;
      }
    }
    for (int i = 0; i < n; i++) {
      firstMove[i + 1] += firstMove[i];
    }
    sources = new int[firstMove[n]];
    costs = new int[firstMove[n]];
    int[] fill = firstMove.clone();
    for (int i = 0; i < n; i++) {
      int[] e = dfa.edges(i);
      for (int k = 0; k < e.length; k += 3) {
        int move = fill[e[k + 2]]++;
        sources[move] = i;
        costs[move] = cost.applyAsInt(e[k], e[k + 1]);
      }
    }
  }

  /** For each state the cheapest way to one of these labels; unreachable: Integer.MAX_VALUE. */
  public int[] to(IntPredicate target) {
    int n = dfa.stateCount();
    int[] distance = new int[n];
    Arrays.fill(distance, Integer.MAX_VALUE);
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    for (int i = 0; i < n; i++) {
      if (dfa.label(i) != CharDfa.NO_LABEL && target.test(dfa.label(i))) {
        distance[i] = 0;
        queue.add(i);
      }
    }
    while (!queue.isEmpty()) { // label-correcting: costs are 1 to 4, so few states are corrected
      int at = queue.poll();
      for (int move = firstMove[at]; move < firstMove[at + 1]; move++) {
        int way = distance[at] + costs[move];
        if (way < distance[sources[move]]) {
          distance[sources[move]] = way;
          queue.add(sources[move]);
        }
      }
    }
    return distance;
  }
}
