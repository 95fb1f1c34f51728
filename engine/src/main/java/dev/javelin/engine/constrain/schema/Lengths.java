package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.CharDfa;
import java.util.Arrays;

/** The shortest and the longest text of a language, in characters. */
final class Lengths {
  private Lengths() {}

  /** {shortest, longest}; longest is Integer.MAX_VALUE for an infinite language. */
  static int[] of(CharDfa dfa) {
    int n = dfa.stateCount();
    int[] shortest = new int[n];
    int[] inDegree = new int[n];
    Arrays.fill(shortest, Integer.MAX_VALUE);
    shortest[0] = 0;
    int[] queue = new int[n];
    int size = 1;
    int best = Integer.MAX_VALUE;
    for (int i = 0; i < size; i++) { // breadth first: trimmed automata have no unreachable states
      int s = queue[i];
      best = dfa.label(s) >= 0 ? Math.min(best, shortest[s]) : best;
      int[] e = dfa.edges(s);
      for (int k = 2; k < e.length; k += 3) {
        inDegree[e[k]]++;
        if (shortest[e[k]] == Integer.MAX_VALUE) {
          shortest[e[k]] = shortest[s] + 1;
          queue[size++] = e[k];
        }
      }
    }
    return new int[] {best, longest(dfa, inDegree)};
  }

  /** Whether a language has no more than this many texts. */
  static boolean hasAtMost(CharDfa dfa, int limit) {
    return of(dfa)[1] < limit && count(dfa, 0, limit) <= limit;
  }

  /** Counts until the limit is passed; the language is finite and its texts are short. */
  private static long count(CharDfa dfa, int state, int limit) {
    long texts = dfa.label(state) >= 0 ? 1 : 0;
    int[] e = dfa.edges(state);
    for (int k = 0; k < e.length && texts <= limit; k += 3) {
      texts += Math.min(limit + 1L, (e[k + 1] - e[k] + 1) * count(dfa, e[k + 2], limit));
    }
    return texts;
  }

  /** Topological order; if a circle remains, texts can be as long as they like. */
  private static int longest(CharDfa dfa, int[] inDegree) {
    int n = dfa.stateCount();
    if (inDegree[0] > 0) {
      return Integer.MAX_VALUE;
    }
    int[] depth = new int[n];
    int[] queue = new int[n];
    int size = 1;
    int best = 0;
    for (int i = 0; i < size; i++) {
      int s = queue[i];
      best = dfa.label(s) >= 0 ? Math.max(best, depth[s]) : best;
      int[] e = dfa.edges(s);
      for (int k = 2; k < e.length; k += 3) {
        depth[e[k]] = Math.max(depth[e[k]], depth[s] + 1);
        if (--inDegree[e[k]] == 0) {
          queue[size++] = e[k];
        }
      }
    }
    return size < n ? Integer.MAX_VALUE : best;
  }
}
