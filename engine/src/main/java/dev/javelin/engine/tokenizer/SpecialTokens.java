package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/**
 * Finds tokens that stand for their text as a whole. A trie over bytes: the longest token that
 * begins at a position wins, and the leftmost position comes first.
 */
final class SpecialTokens {
  private static final int ROOT = 0;
  private static final int NO_TOKEN = -1;

  private final LongIntMap children = new LongIntMap(1024); // node << 8 | byte -> node
  private final boolean[] firstBytes = new boolean[256];
  private int[] tokenOfNode = {NO_TOKEN};
  private int nodeCount = 1;

  /** Makes a token known by its text. An empty text is ignored; of equal texts the first stays. */
  void add(int id, ByteStrings texts) {
    byte[] bytes = texts.bytes();
    int from = texts.start(id);
    int to = texts.end(id);
    if (from == to) {
      return;
    }
    firstBytes[bytes[from] & 0xFF] = true;
    int node = ROOT;
    for (int i = from; i < to; i++) {
      long key = (long) node << 8 | bytes[i] & 0xFF;
      int child = children.get(key);
      if (child == LongIntMap.ABSENT) {
        child = newNode();
        children.putIfAbsent(key, child);
      }
      node = child;
    }
    if (tokenOfNode[node] == NO_TOKEN) {
      tokenOfNode[node] = id;
    }
  }

  /** The first place from {@code from} where a token begins, or {@code to}. */
  int find(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (firstBytes[text[i] & 0xFF] && match(text, i, to) != NO_TOKEN) {
        return i;
      }
    }
    return to;
  }

  /** The longest token that begins at i; -1 if there is none. */
  int match(byte[] text, int i, int to) {
    int found = NO_TOKEN;
    int node = ROOT;
    while (i < to) {
      node = children.get((long) node << 8 | text[i++] & 0xFF);
      if (node == LongIntMap.ABSENT) {
        break;
      }
      if (tokenOfNode[node] != NO_TOKEN) {
        found = tokenOfNode[node];
      }
    }
    return found;
  }

  /** The token whose text is exactly this; -1 if there is none. */
  int exact(byte[] text) {
    int node = ROOT;
    for (byte b : text) {
      node = children.get((long) node << 8 | b & 0xFF);
      if (node == LongIntMap.ABSENT) {
        return NO_TOKEN;
      }
    }
    return tokenOfNode[node];
  }

  private int newNode() {
    if (nodeCount == tokenOfNode.length) {
      tokenOfNode = Arrays.copyOf(tokenOfNode, 2 * nodeCount);
    }
    tokenOfNode[nodeCount] = NO_TOKEN;
    return nodeCount++;
  }
}
