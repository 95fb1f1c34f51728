package dev.javelin.engine.constrain;

import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of a vocabulary as a trie in flat arrays, nodes in depth-first order, so that a walk is
 * a scan forward that can jump over a subtree. Built once for each vocabulary, immutable, shared.
 *
 * <pre>
 *   node    0      1     2     3      4          root; "a"; "ab"; "abc"; "b"
 *   b       -      a     b     c      b
 *   depth   0      1     2     3      1
 *   end     5      4     4     4      5          first node that is not below
 * </pre>
 *
 * Control, unknown and unused tokens are left out: no grammar may produce them.
 */
public final class TokenTrie {
  /** Longer tokens (none are known) are never allowed; keeps counters in masks small. */
  public static final int MAX_TOKEN_BYTES = 255;

  private final int vocabularySize;
  private final byte[] bytes;
  private final short[] depths;
  private final int[] ends;
  private final int[] tokenStarts; // node -> first index in tokens; one more entry than nodes
  private final int[] tokens;
  private final int maxDepth;
  private final byte[] pool; // the bytes of all tokens, one after the other
  private final int[] poolStarts; // token id -> first byte in pool; one more entry than ids

  /** The entries need not be distinct: many tokens may have the same bytes. */
  public TokenTrie(int vocabularySize, List<byte[]> entries, int[] ids) {
    this.vocabularySize = vocabularySize;
    Integer[] order = new Integer[ids.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Arrays.compareUnsigned(entries.get(a), entries.get(b)));
    int capacity = 1;
    for (byte[] entry : entries) {
      capacity += entry.length;
    }
    byte[] b = new byte[capacity];
    short[] d = new short[capacity];
    int[] e = new int[capacity];
    int[] s = new int[capacity + 1];
    tokens = new int[ids.length];
    int nodes = 1;
    int tokenCount = 0;
    int deepest = 0;
    int[] path = new int[MAX_TOKEN_BYTES + 1]; // open nodes by depth
    byte[] previous = {};
    int openDepth = 0;
    for (Integer index : order) {
      byte[] entry = entries.get(index);
      int common = Math.max(0, mismatch(previous, entry));
      for (; openDepth > common; openDepth--) {
        e[path[openDepth]] = nodes;
      }
      for (int i = common; i < entry.length; i++) {
        b[nodes] = entry[i];
        d[nodes] = (short) (i + 1);
        s[nodes] = tokenCount;
        path[++openDepth] = nodes++;
      }
      deepest = Math.max(deepest, entry.length);
      tokens[tokenCount++] = ids[index];
      s[nodes] = tokenCount; // provisional: the next node begins after this token
      previous = entry;
    }
    for (; openDepth >= 0; openDepth--) {
      e[path[openDepth]] = nodes;
    }
    s[nodes] = tokenCount;
    bytes = Arrays.copyOf(b, nodes);
    depths = Arrays.copyOf(d, nodes);
    ends = Arrays.copyOf(e, nodes);
    tokenStarts = Arrays.copyOf(s, nodes + 1);
    maxDepth = deepest;
    pool = new byte[capacity - 1];
    poolStarts = new int[vocabularySize + 1];
    fillPool(entries, ids);
  }

  private void fillPool(List<byte[]> entries, int[] ids) {
    byte[][] byId = new byte[vocabularySize][];
    for (int i = 0; i < ids.length; i++) {
      byId[ids[i]] = entries.get(i);
    }
    int used = 0;
    for (int id = 0; id < vocabularySize; id++) {
      poolStarts[id] = used;
      if (byId[id] != null) {
        System.arraycopy(byId[id], 0, pool, used, byId[id].length);
        used += byId[id].length;
      }
    }
    poolStarts[vocabularySize] = used;
  }

  private static int mismatch(byte[] a, byte[] b) {
    int m = Arrays.mismatch(a, b);
    return m < 0 ? a.length : m;
  }

  public static TokenTrie of(Tokenizer tokenizer) {
    int size = tokenizer.vocabularySize();
    List<byte[]> entries = new ArrayList<>(size);
    int[] ids = new int[size];
    for (int id = 0; id < size; id++) {
      TokenKind kind = tokenizer.kind(id);
      boolean text =
          kind == TokenKind.NORMAL || kind == TokenKind.USER_DEFINED || kind == TokenKind.BYTE;
      byte[] entry = text ? tokenizer.bytes(id) : new byte[0];
      if (entry.length > 0 && entry.length <= MAX_TOKEN_BYTES) {
        ids[entries.size()] = id;
        entries.add(entry);
      }
    }
    return new TokenTrie(size, entries, Arrays.copyOf(ids, entries.size()));
  }

  public int vocabularySize() {
    return vocabularySize;
  }

  /** Number of bytes of a token; 0 for those that no text contains. */
  public int tokenLength(int id) {
    return poolStarts[id + 1] - poolStarts[id];
  }

  /** A byte of a token, 0 to 255. */
  public int tokenByte(int id, int index) {
    return pool[poolStarts[id] + index] & 0xFF;
  }

  public int nodeCount() {
    return bytes.length;
  }

  /** Length of the longest token in bytes. */
  public int maxDepth() {
    return maxDepth;
  }

  /** The last byte of a node's path, 0 to 255. */
  public int byteAt(int node) {
    return bytes[node] & 0xFF;
  }

  public int depth(int node) {
    return depths[node];
  }

  /**
   * The first node behind the subtree; the children of n are n + 1, end(n + 1), ... below end(n).
   */
  public int end(int node) {
    return ends[node];
  }

  /**
   * The tokens that end at a node are tokens[tokenStart(node)..tokenStart(node + 1)); below it, up
   * to end(node).
   */
  public int tokenStart(int node) {
    return tokenStarts[node];
  }

  public int token(int index) {
    return tokens[index];
  }

  /** Whether a token that begins with this one, and is longer, is in the mask. */
  public boolean hasLonger(int id, TokenMask mask) {
    int node = 0;
    for (int i = 0; i < tokenLength(id); i++) {
      node = child(node, tokenByte(id, i));
    }
    for (int i = tokenStarts[node + 1]; i < tokenStarts[ends[node]]; i++) {
      if (mask.allows(tokens[i])) {
        return true;
      }
    }
    return false;
  }

  /** The child by a byte, -1 if there is none. */
  public int child(int node, int b) {
    for (int c = node + 1; c < ends[node]; c = ends[c]) {
      if ((bytes[c] & 0xFF) == b) {
        return c;
      }
    }
    return -1;
  }
}
