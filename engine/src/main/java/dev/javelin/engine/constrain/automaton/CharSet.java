package dev.javelin.engine.constrain.automaton;

import java.util.Arrays;

/**
 * An immutable set of Unicode scalar values as sorted, disjoint, non-adjacent ranges. Surrogates
 * (D800-DFFF) are never members: no UTF-8 text has them, and complements must not invent them.
 */
public final class CharSet {
  public static final int MAX = 0x10FFFF;
  public static final CharSet EMPTY = new CharSet(new int[0]);
  public static final CharSet ALL = new CharSet(new int[] {0, 0xD7FF, 0xE000, MAX});

  private final int[] ranges; // lo, hi, lo, hi, ... inclusive

  private CharSet(int[] ranges) {
    this.ranges = ranges;
  }

  public static CharSet of(int codePoint) {
    return range(codePoint, codePoint);
  }

  /** The characters of this text. */
  public static CharSet anyOf(String characters) {
    int[] raw = characters.codePoints().flatMap(c -> java.util.stream.IntStream.of(c, c)).toArray();
    return ofRanges(raw);
  }

  public static CharSet range(int lo, int hi) {
    return ofRanges(lo, hi);
  }

  /** From pairs lo, hi in any order, overlapping or not. */
  public static CharSet ofRanges(int... pairs) {
    long[] sorted = new long[pairs.length / 2];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = (long) pairs[2 * i] << 32 | pairs[2 * i + 1];
    }
    Arrays.sort(sorted);
    int[] merged = new int[pairs.length];
    int n = 0;
    for (long pair : sorted) {
      int lo = (int) (pair >> 32);
      int hi = (int) pair;
      if (n > 0 && lo <= merged[n - 1] + 1) {
        merged[n - 1] = Math.max(merged[n - 1], hi);
      } else {
        merged[n++] = lo;
        merged[n++] = hi;
      }
    }
    return new CharSet(Arrays.copyOf(merged, n)).withoutSurrogates();
  }

  private CharSet withoutSurrogates() {
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] <= 0xDFFF && ranges[i + 1] >= 0xD800) {
        return intersect(ALL);
      }
    }
    return this;
  }

  public CharSet union(CharSet other) {
    int[] both = Arrays.copyOf(ranges, ranges.length + other.ranges.length);
    System.arraycopy(other.ranges, 0, both, ranges.length, other.ranges.length);
    return ofRanges(both);
  }

  public CharSet intersect(CharSet other) {
    int[] out = new int[ranges.length + other.ranges.length];
    int n = 0;
    int i = 0;
    int j = 0;
    while (i < ranges.length && j < other.ranges.length) {
      int lo = Math.max(ranges[i], other.ranges[j]);
      int hi = Math.min(ranges[i + 1], other.ranges[j + 1]);
      if (lo <= hi) {
        out[n++] = lo;
        out[n++] = hi;
      }
      if (ranges[i + 1] < other.ranges[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return new CharSet(Arrays.copyOf(out, n));
  }

  /** All scalar values that are not members. */
  public CharSet complement() {
    int[] gaps = new int[ranges.length + 2];
    int n = 0;
    int next = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] > next) {
        gaps[n++] = next;
        gaps[n++] = ranges[i] - 1;
      }
      next = ranges[i + 1] + 1;
    }
    if (next <= MAX) {
      gaps[n++] = next;
      gaps[n++] = MAX;
    }
    return new CharSet(Arrays.copyOf(gaps, n)).intersect(ALL);
  }

  public CharSet minus(CharSet other) {
    return intersect(other.complement());
  }

  public boolean contains(int codePoint) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (codePoint <= ranges[i + 1]) {
        return codePoint >= ranges[i];
      }
    }
    return false;
  }

  public boolean isEmpty() {
    return ranges.length == 0;
  }

  public int rangeCount() {
    return ranges.length / 2;
  }

  public int lo(int range) {
    return ranges[2 * range];
  }

  public int hi(int range) {
    return ranges[2 * range + 1];
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof CharSet other && Arrays.equals(ranges, other.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }
}
