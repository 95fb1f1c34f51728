package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.Distances;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A character automaton spelled in bytes, worked out state by state as it is visited. RAW: plain
 * UTF-8. JSON_STRING: with quotes, each character raw or escaped. A state is a {@link Spelling}
 * phase, an automaton state and the block of characters that the bytes so far leave open:
 *
 * <pre>
 *   "caf\\u00|   phase HEX_2, block U+0000..U+00FF behind automaton state 3
 *   "caf\xC3|   phase TAIL_1, block U+00C0..U+00FF
 * </pre>
 *
 * Blocks whose characters all lead to the same place are kept as that place: one state instead of
 * many.
 */
public final class DfaLexeme extends Lexeme {
  private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(int[][].class);

  private final CharDfa dfa;
  private final boolean quoted;
  private final Map<Long, Integer> ids = new HashMap<>();
  private long[] keys = new long[16];
  private int size;
  private volatile int[][] rows = new int[16][];
  private volatile int[] labels = new int[16];
  private final BitSet[]
      reach; // labels that each automaton state can reach; null if there is one label only
  private BitSet[] stateReach = new BitSet[16];
  private final boolean universal;
  private final boolean shared;
  private final int start;
  private Distances ways; // made when first needed
  private int[] distances;

  public DfaLexeme(CharDfa dfa, boolean quoted) {
    this(dfa, quoted, false);
  }

  /**
   * @param shared whether this object serves many grammars
   */
  public DfaLexeme(CharDfa dfa, boolean quoted, boolean shared) {
    this.shared = shared;
    this.dfa = dfa;
    this.quoted = quoted;
    this.reach = Reach.of(dfa);
    boolean any = false;
    for (int q = 0; q < dfa.stateCount() && quoted; q++) {
      any |= dfa.isUniversal(q);
    }
    this.universal = any;
    this.start =
        intern(quoted ? Spelling.key(Spelling.OPEN, 0, -1) : Spelling.key(Spelling.BODY, 0, -1));
  }

  @Override
  public int start() {
    return start;
  }

  @Override
  public int next(int state, int b) {
    int[] row = (int[]) ROW.getAcquire(rows, state);
    if (row == null) {
      row = buildRow(state);
    }
    return row[b];
  }

  @Override
  public int label(int state) {
    return labels[state];
  }

  private synchronized int intern(long key) {
    Integer known = ids.get(key);
    if (known != null) {
      return known;
    }
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      stateReach = Arrays.copyOf(stateReach, 2 * size);
      rows = Arrays.copyOf(rows, 2 * size);
    }
    if (size == labels.length) {
      labels = Arrays.copyOf(labels, 2 * size);
    }
    keys[size] = key;
    int phase = Spelling.phase(key);
    labels[size] =
        phase == Spelling.CLOSED
            ? Spelling.dfaState(key)
            : phase == Spelling.BODY && !quoted
                ? dfa.label(Spelling.dfaState(key))
                : CharDfa.NO_LABEL;
    ids.put(key, size);
    return size++;
  }

  private synchronized int[] buildRow(int state) {
    int[] row = rows[state];
    if (row == null) {
      row = new int[256];
      Arrays.fill(row, DEAD);
      new Spelling(dfa, quoted).fill(keys[state], row, this::intern);
      ROW.setRelease(rows, state, row);
    }
    return row;
  }

  /** The labels that can still be reached from here; null if the automaton has only one. */
  synchronized BitSet reach(int state) {
    if (reach == null) {
      return null;
    }
    BitSet known = stateReach[state];
    if (known == null) {
      long key = keys[state];
      int q = Spelling.dfaState(key);
      if (Spelling.phase(key) == Spelling.CLOSED) {
        known = new BitSet();
        known.set(q);
      } else if (!Spelling.isMixed(key) && Spelling.phase(key) != Spelling.ESCAPE) {
        known = reach[q];
      } else {
        known = new BitSet();
        int phase = Spelling.phase(key);
        int lo = phase == Spelling.ESCAPE ? 0 : Spelling.firstOf(key);
        int hi = phase == Spelling.ESCAPE ? 0 : Spelling.lastOf(key);
        int[] e = dfa.edges(q);
        boolean pairs =
            phase == Spelling.ESCAPE
                || phase == Spelling.HEX_4
                || phase == Spelling.HEX_3 && lo == 0xD000;
        for (int k = 0; k < e.length; k += 3) {
          if (e[k] <= hi && e[k + 1] >= lo
              || pairs && (phase == Spelling.ESCAPE || e[k + 1] > 0xFFFF)) {
            known.or(reach[e[k + 2]]);
          }
        }
      }
      stateReach[state] = known;
    }
    return known;
  }

  CharDfa dfa() {
    return dfa;
  }

  synchronized long key(int state) {
    return keys[state];
  }

  synchronized int stateOf(long key) {
    return intern(key);
  }

  @Override
  boolean isShared() {
    return shared;
  }

  @Override
  boolean isNearAnyString(int state) {
    if (!universal || Spelling.phase(key(state)) != Spelling.BODY) {
      return false;
    }
    int near = 0;
    for (int b = 'a'; b <= 'z'; b++) {
      int to = next(state, b);
      near += to != DEAD && anyStringState(to) >= 0 ? 1 : 0;
    }
    return near > 12;
  }

  @Override
  int anyStringState(int state) {
    if (!universal) {
      return -1;
    }
    long key = key(state);
    int phase = Spelling.phase(key);
    boolean inside =
        phase != Spelling.OPEN
            && phase != Spelling.CLOSED
            && dfa.isUniversal(Spelling.dfaState(key));
    return inside ? AnyString.stateOf(Spelling.withDfaState(key, 0)) : -1;
  }

  @Override
  int anyStringLabel(int state) {
    return dfa.label(Spelling.dfaState(key(state)));
  }

  @Override
  int bytesToEnd(int state) {
    return bytesToEnd(state, distances());
  }

  /** With distances of the caller's own, for views that may end at some labels only. */
  int bytesToEnd(int state, int[] toLabel) {
    return Spelling.bytesToEnd(dfa, quoted, key(state), toLabel);
  }

  @Override
  int farthest() {
    return farthest(distances());
  }

  static int farthest(int[] distances) {
    int most = 0;
    for (int distance : distances) {
      most = distance == Integer.MAX_VALUE ? most : Math.max(most, distance);
    }
    return most + 1;
  }

  @Override
  int nearestByte(int state) {
    return nearestByte(state, distances());
  }

  int nearestByte(int state, int[] toLabel) {
    long key = key(state);
    boolean inBody = quoted && Spelling.phase(key) == Spelling.BODY;
    if (inBody && toLabel[Spelling.dfaState(key)] == 0) {
      return '"';
    }
    int best = -1;
    int bestLength = Integer.MAX_VALUE;
    for (int b = 0; b < 256; b++) {
      int to =
          inBody && b == '"'
              ? DEAD
              : next(state, b); // here the quote ends a text that is not wanted
      if (to != DEAD) {
        int length = bytesToEnd(to, toLabel);
        if (length < bestLength) {
          best = b;
          bestLength = length;
        }
      }
    }
    return best;
  }

  private synchronized int[] distances() {
    if (distances == null) {
      distances = distances(label -> true);
    }
    return distances;
  }

  synchronized int[] distances(java.util.function.IntPredicate target) {
    if (ways == null) {
      ways = new Distances(dfa, (lo, hi) -> Spelling.cheapest(lo, hi, quoted));
    }
    return ways.to(target);
  }

  /** The text that ends nearest with this label, in bytes; empty if none does. */
  byte[] nearestText(int label) {
    int[] toLabel = distances(l -> l == label);
    int length = bytesToEnd(start, toLabel);
    byte[] text = new byte[length == Integer.MAX_VALUE ? 0 : length];
    int state = start;
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) nearestByte(state, toLabel);
      state = next(state, text[i] & 0xFF);
    }
    return text;
  }
}
