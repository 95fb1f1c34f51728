package dev.javelin.engine.constrain.automaton;

import dev.javelin.engine.constrain.ConstraintException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The algebra of regular languages: product, complement, trimming, minimizing. */
public final class DfaOps {
  private static final int MAX_STATES = 60_000;

  /**
   * Moore's refinement is quadratic on long chains; above this size a minimal form is not worth it.
   */
  private static final int MAX_MINIMIZED = 600;

  private DfaOps() {}

  public static CharDfa intersect(CharDfa a, CharDfa b) {
    if (a == b || b == CharDfa.ALL) {
      return a;
    }
    return a == CharDfa.ALL
        ? b
        : product(List.of(a, b), l -> l[0] >= 0 && l[1] >= 0 ? 0 : CharDfa.NO_LABEL);
  }

  public static CharDfa union(CharDfa a, CharDfa b) {
    if (a == b || b.isEmpty()) {
      return a;
    }
    return a.isEmpty()
        ? b
        : product(List.of(a, b), l -> l[0] >= 0 || l[1] >= 0 ? 0 : CharDfa.NO_LABEL);
  }

  public static CharDfa minus(CharDfa a, CharDfa b) {
    return product(List.of(a, b), l -> l[0] >= 0 && l[1] < 0 ? 0 : CharDfa.NO_LABEL);
  }

  public static CharDfa complement(CharDfa a) {
    return minus(CharDfa.ALL, a);
  }

  /**
   * Runs automata side by side.
   *
   * @param labeler the label of a text from its labels in each part ({@link CharDfa#NO_LABEL} where
   *     it has none)
   */
  public static CharDfa product(List<CharDfa> parts, ToIntFunction<int[]> labeler) {
    Product product = new Product(parts, labeler);
    return minimize(trim(product.build()));
  }

  /** A language of texts of min to max characters; max may be {@link Regex#UNBOUNDED}. */
  public static CharDfa length(int min, int max) {
    int last = max == Regex.UNBOUNDED ? min : max;
    if (min > max || last >= MAX_STATES) {
      if (min > max) {
        return CharDfa.EMPTY;
      }
      throw tooLarge();
    }
    int[][] edges = new int[last + 1][];
    int[] labels = new int[last + 1];
    for (int i = 0; i <= last; i++) {
      int target = i < last ? i + 1 : i;
      edges[i] =
          i == last && max != Regex.UNBOUNDED
              ? new int[0]
              : new int[] {0, 0xD7FF, target, 0xE000, CharSet.MAX, target};
      labels[i] = i >= min ? 0 : CharDfa.NO_LABEL;
    }
    return new CharDfa(edges, labels);
  }

  /** The language with this character in front of every text. */
  public static CharDfa behind(char c, CharDfa dfa) {
    int n = dfa.stateCount();
    int[][] edges = new int[n + 1][];
    int[] labels = new int[n + 1];
    edges[0] = dfa.isEmpty() ? new int[0] : new int[] {c, c, 1};
    labels[0] = CharDfa.NO_LABEL;
    for (int i = 0; i < n; i++) {
      edges[i + 1] = dfa.edges(i).clone();
      for (int k = 2; k < edges[i + 1].length; k += 3) {
        edges[i + 1][k]++;
      }
      labels[i + 1] = dfa.label(i);
    }
    return trim(new CharDfa(edges, labels));
  }

  /** The texts themselves, each with its own index as label, or all with label 0. */
  public static CharDfa words(List<String> words, boolean ownLabels) {
    List<Map<Integer, Integer>> children = new ArrayList<>(List.of(new java.util.TreeMap<>()));
    List<Integer> labels = new ArrayList<>(List.of(CharDfa.NO_LABEL));
    for (int w = 0; w < words.size(); w++) {
      int at = 0;
      for (int c : words.get(w).codePoints().toArray()) {
        Integer next = children.get(at).get(c);
        if (next == null) {
          next = children.size();
          children.get(at).put(c, next);
          children.add(new java.util.TreeMap<>());
          labels.add(CharDfa.NO_LABEL);
        }
        at = next;
      }
      labels.set(at, ownLabels ? w : 0);
    }
    int[][] edges = new int[children.size()][];
    for (int i = 0; i < edges.length; i++) {
      int[] triples = new int[3 * children.get(i).size()];
      int n = 0;
      for (Map.Entry<Integer, Integer> child : children.get(i).entrySet()) {
        triples[n++] = child.getKey();
        triples[n++] = child.getKey();
        triples[n++] = child.getValue();
      }
      edges[i] = triples;
    }
    return new CharDfa(edges, labels.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Drops the states from which no label can be reached. */
  static CharDfa trim(CharDfa dfa) {
    int n = dfa.stateCount();
    int[] useful = liveStates(dfa);
    if (useful[0] < 0) {
      return CharDfa.EMPTY;
    }
    int kept = 0;
    for (int i = 0; i < n; i++) {
      useful[i] = useful[i] < 0 ? -1 : kept++;
    }
    int[][] edges = new int[kept][];
    int[] labels = new int[kept];
    EdgeList list = new EdgeList();
    for (int i = 0; i < n; i++) {
      if (useful[i] >= 0) {
        labels[useful[i]] = dfa.label(i);
        int[] e = dfa.edges(i);
        for (int k = 0; k < e.length; k += 3) {
          if (useful[e[k + 2]] >= 0) {
            list.add(e[k], e[k + 1], useful[e[k + 2]]);
          }
        }
        edges[useful[i]] = list.toArray();
      }
    }
    return new CharDfa(edges, labels);
  }

  /** 0 for states that can reach a label, -1 for the others: a backward search over the edges. */
  private static int[] liveStates(CharDfa dfa) {
    int n = dfa.stateCount();
    int[] inDegree = new int[n + 1];
    for (int i = 0; i < n; i++) {
      int[] e = dfa.edges(i);
      for (int k = 2; k < e.length; k += 3) {
        inDegree[e[k] + 1]++;
      }
    }
    for (int i = 0; i < n; i++) {
      inDegree[i + 1] += inDegree[i];
    }
    int[] fill = inDegree.clone();
    int[] sources = new int[inDegree[n]];
    for (int i = 0; i < n; i++) {
      int[] e = dfa.edges(i);
      for (int k = 2; k < e.length; k += 3) {
        sources[fill[e[k]]++] = i;
      }
    }
    int[] live = new int[n];
    Arrays.fill(live, -1);
    int[] queue = new int[n];
    int size = 0;
    for (int i = 0; i < n; i++) {
      if (dfa.label(i) != CharDfa.NO_LABEL) {
        live[i] = 0;
        queue[size++] = i;
      }
    }
    for (int head = 0; head < size; head++) {
      for (int k = inDegree[queue[head]]; k < inDegree[queue[head] + 1]; k++) {
        if (live[sources[k]] < 0) {
          live[sources[k]] = 0;
          queue[size++] = sources[k];
        }
      }
    }
    return live;
  }

  /** Moore: states stay together while their labels and the classes of their targets agree. */
  static CharDfa minimize(CharDfa dfa) {
    int n = dfa.stateCount();
    if (n > MAX_MINIMIZED) {
      return dfa;
    }
    int[] block = new int[n];
    for (int i = 0; i < n; i++) {
      block[i] = dfa.label(i) + 1;
    }
    int blocks = -1;
    while (true) {
      Map<IntKey, Integer> signatures = new HashMap<>();
      int[] refined = new int[n];
      for (int i = 0; i < n; i++) {
        refined[i] = signatures.computeIfAbsent(signature(dfa, i, block), s -> signatures.size());
      }
      block = refined;
      if (signatures.size() == blocks) {
        break;
      }
      blocks = signatures.size();
    }
    return blocks == n ? dfa : merge(dfa, block, blocks);
  }

  /** The block of a state and its edges with the blocks of their targets, neighbours joined. */
  private static IntKey signature(CharDfa dfa, int state, int[] block) {
    int[] e = dfa.edges(state);
    Effort.spend(1 + e.length / 3);
    int[] s = new int[e.length + 1];
    int n = 0;
    s[n++] = block[state];
    for (int k = 0; k < e.length; k += 3) {
      int to = block[e[k + 2]];
      if (n > 1 && s[n - 1] == to && s[n - 2] + 1 == e[k]) {
        s[n - 2] = e[k + 1];
      } else {
        s[n++] = e[k];
        s[n++] = e[k + 1];
        s[n++] = to;
      }
    }
    return new IntKey(Arrays.copyOf(s, n));
  }

  /** Ints that are compared by value. */
  private record IntKey(int[] values) {
    @Override
    public boolean equals(Object o) {
      return o instanceof IntKey k && Arrays.equals(values, k.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  private static CharDfa merge(CharDfa dfa, int[] block, int blocks) {
    int[][] edges = new int[blocks][];
    int[] labels = new int[blocks];
    EdgeList list = new EdgeList();
    for (int i = 0;
        i < block.length;
        i++) { // state 0 has block 0: blocks are numbered as they are met
      if (edges[block[i]] == null) {
        int[] e = dfa.edges(i);
        for (int k = 0; k < e.length; k += 3) {
          list.add(e[k], e[k + 1], block[e[k + 2]]);
        }
        edges[block[i]] = list.toArray();
        labels[block[i]] = dfa.label(i);
      }
    }
    return new CharDfa(edges, labels);
  }

  static ConstraintException tooLarge() {
    return new ConstraintException(
        ConstraintException.Code.TOO_COMPLEX,
        "",
        "needs an automaton of more than " + MAX_STATES + " states");
  }

  /** The reachable part of the side-by-side automaton; a part that has died stays dead. */
  private static final class Product {
    private final List<CharDfa> parts;
    private final ToIntFunction<int[]> labeler;
    private final Map<IntKey, Integer> ids = new HashMap<>();
    private final List<int[]> tuples = new ArrayList<>();

    Product(List<CharDfa> parts, ToIntFunction<int[]> labeler) {
      this.parts = parts;
      this.labeler = labeler;
    }

    CharDfa build() {
      idOf(new int[parts.size()]);
      List<int[]> edges = new ArrayList<>();
      for (int i = 0; i < tuples.size(); i++) {
        edges.add(edgesOf(tuples.get(i)));
      }
      int[] labels = tuples.stream().mapToInt(this::labelOf).toArray();
      return new CharDfa(edges.toArray(int[][]::new), labels);
    }

    private int labelOf(int[] tuple) {
      int[] labels = new int[tuple.length];
      for (int i = 0; i < tuple.length; i++) {
        labels[i] = tuple[i] == CharDfa.DEAD ? CharDfa.NO_LABEL : parts.get(i).label(tuple[i]);
      }
      return labeler.applyAsInt(labels);
    }

    private int idOf(int[] tuple) {
      Integer known = ids.get(new IntKey(tuple));
      if (known != null) {
        return known;
      }
      if (tuples.size() >= MAX_STATES) {
        throw tooLarge();
      }
      ids.put(new IntKey(tuple), tuples.size());
      tuples.add(tuple);
      return tuples.size() - 1;
    }

    private int[] edgesOf(int[] tuple) {
      int[] at = new int[tuple.length]; // index of the first triple that does not lie before `lo`
      EdgeList list = new EdgeList();
      int lo = 0;
      while (lo <= CharSet.MAX) {
        Effort.spend(tuple.length);
        int hi = CharSet.MAX;
        boolean alive = false;
        int[] targets = new int[tuple.length];
        for (int p = 0; p < tuple.length; p++) {
          targets[p] = CharDfa.DEAD;
          if (tuple[p] == CharDfa.DEAD) {
            continue;
          }
          int[] e = parts.get(p).edges(tuple[p]);
          while (at[p] < e.length && e[at[p] + 1] < lo) {
            at[p] += 3;
          }
          if (at[p] < e.length) {
            if (e[at[p]] <= lo) {
              targets[p] = e[at[p] + 2];
              hi = Math.min(hi, e[at[p] + 1]);
              alive = true;
            } else {
              hi = Math.min(hi, e[at[p]] - 1);
            }
          }
        }
        if (alive) {
          list.add(lo, hi, idOf(targets));
        }
        lo = hi + 1;
      }
      return list.toArray();
    }
  }
}
