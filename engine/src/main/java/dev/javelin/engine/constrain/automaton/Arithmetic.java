package dev.javelin.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.List;

/** Automata that calculate while they read decimal digits. */
public final class Arithmetic {
  private Arithmetic() {}

  /**
   * Texts {@code -?d*(.d+)?} whose value times 10^places is a multiple of the modulus. Reading a
   * digit d makes the remainder r into (10 r + d) mod m; a fraction that ends early is as if zeros
   * followed.
   *
   * <pre>
   *   state r                   remainder r, in front of the point
   *   state m * (1 + k) + r     remainder r, k digits behind the point (k <= places)
   *   state m * (places + 2)    all places read, zeros follow
   * </pre>
   */
  public static CharDfa multiples(int modulus, int places) {
    int m = modulus;
    int[] zerosLeft = new int[places + 1]; // 10^(places - k) mod m
    zerosLeft[places] = 1 % m;
    for (int k = places - 1; k >= 0; k--) {
      zerosLeft[k] = (int) (10L * zerosLeft[k + 1] % m);
    }
    List<int[]> edges = new ArrayList<>();
    int zeros = m * (places + 2); // only zeros may follow
    int[] labels = new int[zeros + 2];
    EdgeList list = new EdgeList();
    for (int s = 0; s < zeros; s++) {
      int r = s % m;
      int k = s / m - 1; // -1: in front of the point
      boolean divides = (long) r * zerosLeft[Math.max(k, 0)] % m == 0;
      labels[s] = divides && k != 0 ? 0 : CharDfa.NO_LABEL;
      if (k < 0) {
        list.add('.', '.', m + r);
      }
      if (k < places) {
        for (int d = 0; d < 10; d++) {
          list.add('0' + d, '0' + d, m * (k < 0 ? 0 : 2 + k) + (int) ((10L * r + d) % m));
        }
      } else if (r == 0) {
        list.add('0', '0', zeros);
      }
      edges.add(list.toArray());
    }
    edges.add(new int[] {'0', '0', zeros});
    edges.add(edges.get(0)); // the start: as remainder 0, but there must be a digit
    labels[zeros + 1] = CharDfa.NO_LABEL;
    return DfaOps.trim(signed(edges, labels));
  }

  /** Moves the start in front of an optional minus sign. State 0 of the result is new. */
  private static CharDfa signed(List<int[]> edges, int[] labels) {
    int n = edges.size();
    int[][] shifted = new int[n + 1][];
    int[] shiftedLabels = new int[n + 1];
    for (int i = 0; i < n; i++) {
      int[] e = edges.get(i).clone();
      for (int k = 2; k < e.length; k += 3) {
        e[k]++;
      }
      shifted[i + 1] = e;
      shiftedLabels[i + 1] = labels[i];
    }
    int[] first = shifted[n];
    int[] withMinus = new int[first.length + 3];
    withMinus[0] = '-';
    withMinus[1] = '-';
    withMinus[2] = n;
    System.arraycopy(first, 0, withMinus, 3, first.length);
    shifted[0] = withMinus;
    shiftedLabels[0] = CharDfa.NO_LABEL;
    return new CharDfa(shifted, shiftedLabels);
  }
}
