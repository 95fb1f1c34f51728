package dev.javelin.kvcache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import java.util.Arrays;

/**
 * Small caches for tests, and a stand-in for a model: the key and value of a token are a number
 * made from all tokens up to it and the layer, so that a wrong block, slot or prefix shows.
 */
final class Caches {
  static final KvBlockFormat FORMAT = new KvBlockFormat(KvType.F32, 1, 8, 16);
  static final int WINDOW = 40;
  static final int[] NOTHING = {};

  private Caches() {}

  /** Layers 0 and 2 see everything. */
  static KvCache full(int blocks) {
    return new KvCache(KvLayout.of(FORMAT, new int[] {0, 0}), new KvPoolSize(blocks));
  }

  /** Layers 0 and 2 see everything, 1 and 3 see 40 positions. */
  static KvCache mixed(int fullBlocks, int windowBlocks) {
    return new KvCache(
        KvLayout.of(FORMAT, new int[] {0, WINDOW, 0, WINDOW}),
        new KvPoolSize(fullBlocks, windowBlocks));
  }

  /** count, count + 1, ... */
  static int[] ids(int first, int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = first + i;
    }
    return ids;
  }

  static int[] join(int[] a, int[] b) {
    int[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  /** Runs the tokens that the sequence does not have yet; false if there is no room. */
  static boolean run(KvSequence sequence, KvCache cache, int[] ids) {
    int from = sequence.length();
    int count = ids.length - from;
    if (!sequence.reserve(count)) {
      return false;
    }
    float[] k = new float[8];
    float[] v = new float[8];
    for (int layer = 0; layer < cache.layout().layerCount(); layer++) {
      for (int p = from; p < ids.length; p++) {
        Arrays.fill(k, number(ids, p, layer));
        Arrays.fill(v, -number(ids, p, layer));
        sequence.write(layer, p, 1, k, 0, v, 0);
      }
    }
    sequence.appendTokens(ids, from, count);
    return true;
  }

  /** Opens, runs, and checks what the sequence sees. */
  static KvSequence start(KvCache cache, int[] ids, long salt) {
    KvSequence sequence = cache.open(ids, salt);
    assertTrue(run(sequence, cache, ids));
    check(sequence, cache, ids);
    return sequence;
  }

  /** Checks every key and value that the next token can see. */
  static void check(KvSequence sequence, KvCache cache, int[] ids) {
    assertEquals(ids.length, sequence.length());
    float[] k = new float[8];
    float[] v = new float[8];
    for (int layer = 0; layer < cache.layout().layerCount(); layer++) {
      int window = cache.layout().groups().get(cache.groupOf(layer)).windowTokens();
      long[] offsets = sequence.blockOffsets(layer);
      for (int p = window == 0 ? 0 : Math.max(0, ids.length - window + 1); p < ids.length; p++) {
        FORMAT.read(sequence.memory(layer), offsets[p / 16], p % 16, k, 0, v, 0);
        assertEquals(number(ids, p, layer), k[0], "key of position " + p + " in layer " + layer);
        assertEquals(-number(ids, p, layer), v[7], "value of position " + p + " in layer " + layer);
      }
    }
  }

  private static float number(int[] ids, int position, int layer) {
    int hash = layer;
    for (int i = 0; i <= position; i++) {
      hash = hash * 31 + ids[i];
    }
    return hash >> 8; // 24 bits: exact as a float
  }
}
