package dev.javelin.engine.tokenizer;

/**
 * The ranked list of pairs that byte-level BPE merges: which pair of ids becomes which id, and how
 * early. The rank is the place in the file's list.
 */
final class MergeTable {
  /** The rank of a pair that does not merge: worse than all others. */
  static final int NO_RANK = Integer.MAX_VALUE;

  private final LongIntMap ranks; // left << 32 | right -> rank
  private final int[] merged; // [rank] -> id

  /**
   * A pair whose parts or result are no tokens could never lead to a token, so it is left out.
   *
   * @param merges stored forms, "left right"
   */
  MergeTable(ByteStrings merges, TokenIndex tokens) {
    ranks = new LongIntMap(merges.size());
    merged = new int[merges.size()];
    byte[] stored = merges.bytes();
    byte[] pair = new byte[0];
    for (int rank = 0; rank < merged.length; rank++) {
      int start = merges.start(rank);
      int end = merges.end(rank);
      int space =
          indexOfSpace(
              stored, start + 1, end); // from the second byte on: the first token is not empty
      if (space < 0 || space + 1 == end) {
        throw new TokenizerException(
            Tokenizers.MERGES,
            "an entry is two tokens with a space between: index="
                + rank
                + ", entry='"
                + merges.text(rank)
                + "'");
      }
      if (pair.length < end - start) {
        pair = new byte[2 * (end - start)];
      }
      merged[rank] = add(stored, start, space, end, pair, rank, tokens);
    }
  }

  int rank(int left, int right) {
    if ((left | right) < 0) {
      return NO_RANK; // a byte that is no token
    }
    int rank = ranks.get((long) left << 32 | right);
    return rank == LongIntMap.ABSENT ? NO_RANK : rank;
  }

  int merged(int rank) {
    return merged[rank];
  }

  private int add(
      byte[] stored, int start, int space, int end, byte[] pair, int rank, TokenIndex tokens) {
    int leftLength = ByteAlphabet.decode(stored, start, space, pair, 0);
    int length =
        leftLength < 0 ? -1 : ByteAlphabet.decode(stored, space + 1, end, pair, leftLength);
    if (length < 0) {
      return TokenIndex.ABSENT;
    }
    int left = tokens.find(pair, 0, leftLength);
    int right = tokens.find(pair, leftLength, length);
    int whole = tokens.find(pair, 0, length);
    if (left >= 0 && right >= 0 && whole >= 0) {
      ranks.putIfAbsent((long) left << 32 | right, rank);
    }
    return whole;
  }

  private static int indexOfSpace(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == ' ') {
        return i;
      }
    }
    return -1;
  }
}
