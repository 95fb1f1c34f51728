package dev.javelin.kvcache;

import java.util.Arrays;

/**
 * Finds cached blocks by the tokens that lead to them. An entry stands for a block's worth of
 * tokens after a certain past: its key is the salt, the serial number of the entry of the block
 * before (0 = none) and its own tokens. Because serials are never used twice, equal keys mean equal
 * pasts, all the way to the first token. The hash is only a short cut: every hit compares the whole
 * key.
 *
 * <p>An entry has one block for each group of layers, or none where that block has been evicted;
 * without any block it is dropped. The last block of a closed sequence may be entered with fewer
 * tokens than a block holds. Fixed memory, no allocation after construction.
 */
final class PrefixIndex {
  static final int NONE = -1;

  private final int blockTokens;
  private final int groupCount;
  private final int[] byKey; // [buckets]: first entry with this hash of the whole key
  private final int[] byParent; // [buckets]: first entry with this hash of salt and parent
  private final int[] nextByKey; // [entries]
  private final int[] nextByParent;
  private final long[] salts;
  private final long[] parents;
  private final long[] serials; // 0 = unused entry
  private final int[] counts; // tokens, 1 to blockTokens
  private final int[] tokens; // [entries, blockTokens]
  private final int[] blocks; // [entries, groups]: block id or NONE
  private final int[] unused; // a stack
  private int unusedCount;
  private long lastSerial;

  /**
   * Room for {@code entryCount} entries: the number of blocks in all pools, because no entry is
   * without a block.
   */
  PrefixIndex(int entryCount, int blockTokens, int groupCount) {
    this.blockTokens = blockTokens;
    this.groupCount = groupCount;
    int buckets = Integer.highestOneBit(Math.max(8, entryCount)) * 2;
    byKey = new int[buckets];
    byParent = new int[buckets];
    Arrays.fill(byKey, NONE);
    Arrays.fill(byParent, NONE);
    nextByKey = new int[entryCount];
    nextByParent = new int[entryCount];
    salts = new long[entryCount];
    parents = new long[entryCount];
    serials = new long[entryCount];
    counts = new int[entryCount];
    tokens = new int[Math.multiplyExact(entryCount, blockTokens)];
    blocks = new int[entryCount * groupCount];
    unused = new int[entryCount];
    while (unusedCount < entryCount) {
      unused[unusedCount] = unusedCount;
      unusedCount++;
    }
  }

  /** The entry of exactly {@code count} tokens ids[from..] after {@code parent}, or NONE. */
  int find(long salt, long parent, int[] ids, int from, int count) {
    for (int e = byKey[keyBucket(salt, parent, ids, from, count)]; e != NONE; e = nextByKey[e]) {
      if (salts[e] == salt
          && parents[e] == parent
          && counts[e] == count
          && Arrays.equals(
              tokens, e * blockTokens, e * blockTokens + count, ids, from, from + count)) {
        return e;
      }
    }
    return NONE;
  }

  /**
   * The entry after {@code parent} that begins with most of the {@code limit} tokens ids[from..],
   * or NONE.
   */
  int findLongestPrefix(long salt, long parent, int[] ids, int from, int limit) {
    int best = NONE;
    int bestLength = 0;
    for (int e = byParent[parentBucket(salt, parent)]; e != NONE; e = nextByParent[e]) {
      if (salts[e] == salt && parents[e] == parent && hasAllBlocks(e)) {
        int length = commonLength(e, ids, from, limit);
        if (length > bestLength) {
          best = e;
          bestLength = length;
        }
      }
    }
    return best;
  }

  /** How many of the tokens ids[from, from + limit) the entry begins with. */
  int commonLength(int entry, int[] ids, int from, int limit) {
    int end = Math.min(limit, counts[entry]);
    int start = entry * blockTokens;
    int mismatch = Arrays.mismatch(tokens, start, start + end, ids, from, from + end);
    return mismatch < 0 ? end : mismatch;
  }

  /** A new entry, without blocks yet; the caller attaches at least one at once. */
  int add(long salt, long parent, int[] ids, int from, int count) {
    int e = unused[--unusedCount];
    salts[e] = salt;
    parents[e] = parent;
    serials[e] = ++lastSerial;
    counts[e] = count;
    System.arraycopy(ids, from, tokens, e * blockTokens, count);
    Arrays.fill(blocks, e * groupCount, (e + 1) * groupCount, NONE);
    int key = keyBucket(salt, parent, ids, from, count);
    nextByKey[e] = byKey[key];
    byKey[key] = e;
    int bucket = parentBucket(salt, parent);
    nextByParent[e] = byParent[bucket];
    byParent[bucket] = e;
    return e;
  }

  long serial(int entry) {
    return serials[entry];
  }

  int count(int entry) {
    return counts[entry];
  }

  /** The block of a group that holds the entry's tokens, or NONE. */
  int block(int entry, int group) {
    return blocks[entry * groupCount + group];
  }

  void attach(int entry, int group, int block) {
    blocks[entry * groupCount + group] = block;
  }

  /** Takes a group's block away; an entry without any block is dropped. */
  void detach(int entry, int group) {
    blocks[entry * groupCount + group] = NONE;
    for (int g = 0; g < groupCount; g++) {
      if (block(entry, g) != NONE) {
        return;
      }
    }
    int key = keyBucket(salts[entry], parents[entry], tokens, entry * blockTokens, counts[entry]);
    unlink(byKey, nextByKey, key, entry);
    unlink(byParent, nextByParent, parentBucket(salts[entry], parents[entry]), entry);
    serials[entry] = 0;
    unused[unusedCount++] = entry;
  }

  /** Entries in use. */
  int size() {
    return unused.length - unusedCount;
  }

  private boolean hasAllBlocks(int entry) {
    for (int g = 0; g < groupCount; g++) {
      if (block(entry, g) == NONE) {
        return false;
      }
    }
    return true;
  }

  private static void unlink(int[] first, int[] next, int bucket, int entry) {
    if (first[bucket] == entry) {
      first[bucket] = next[entry];
      return;
    }
    int e = first[bucket];
    while (next[e] != entry) {
      e = next[e];
    }
    next[e] = next[entry];
  }

  private int keyBucket(long salt, long parent, int[] ids, int from, int count) {
    long hash = mix(salt, parent);
    for (int i = from; i < from + count; i++) {
      hash = mix(hash, ids[i]);
    }
    return (int) (hash >>> 32) & byKey.length - 1;
  }

  private int parentBucket(long salt, long parent) {
    return (int) (mix(salt, parent) >>> 32) & byParent.length - 1;
  }

  /**
   * Multiplication by 2^64 / golden ratio spreads low bits upwards, the shift brings them back
   * down.
   */
  private static long mix(long hash, long value) {
    long h = (hash ^ value) * 0x9E3779B97F4A7C15L;
    return h ^ h >>> 29;
  }
}
