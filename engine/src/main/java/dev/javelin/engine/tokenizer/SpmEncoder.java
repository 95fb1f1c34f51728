package dev.javelin.engine.tokenizer;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * SentencePiece's BPE: spaces become U+2581, then characters are merged by the scores of the
 * tokens. A character that is no token is spelled in byte tokens. When no token has a U+2581 behind
 * something else, merges cannot cross the border of a word: then the text is cut there, and words
 * are cached.
 */
final class SpmEncoder implements SegmentEncoder {
  /** U+2581, which stands for a space. */
  private static final byte[] BLOCK = {(byte) 0xE2, (byte) 0x96, (byte) 0x81};

  private final TokenTable tokens;
  private final int[] ranks; // by id: 0 for the best score
  private final int[] idOfByte; // [256], -1 where there is none
  private final OptionalInt unknown;
  private final boolean addsSpace;
  private final boolean wordsAreApart;
  private final int longestToken;
  private final PieceCache cache = new PieceCache();

  /**
   * @param scores of each token
   * @param idOfByte the byte tokens, -1 where there is none
   * @param addsSpace whether a segment at the beginning or after a special token gets a space in
   *     front
   */
  SpmEncoder(
      TokenTable tokens, float[] scores, int[] idOfByte, OptionalInt unknown, boolean addsSpace) {
    this.tokens = tokens;
    this.ranks = ranks(scores, tokens.size());
    this.idOfByte = idOfByte;
    this.unknown = unknown;
    this.addsSpace = addsSpace;
    boolean apart = true;
    int longest = 1;
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.isOrdinary(id)) {
        int start = tokens.forms().start(id);
        int end = tokens.forms().end(id);
        apart &= wordEnd(tokens.forms().bytes(), start, end) == end;
        longest = Math.max(longest, end - start);
      }
    }
    wordsAreApart = apart;
    longestToken = longest;
  }

  @Override
  public void encode(Utf8Text text, int from, int to, boolean afterSpecial, IdList ids) {
    Utf8Text escaped = new Utf8Text(escape(text.bytes(), from, to, addsSpace && afterSpecial));
    SpmMerger merger = new SpmMerger(tokens.ordinary(), ranks, longestToken);
    for (int start = 0; start < escaped.length(); ) {
      int end =
          wordsAreApart ? wordEnd(escaped.bytes(), start, escaped.length()) : escaped.length();
      encodePiece(escaped, start, end, merger, ids);
      start = end;
    }
  }

  private void encodePiece(Utf8Text text, int from, int to, SpmMerger merger, IdList ids) {
    int hash = TokenIndex.hash(text.bytes(), from, to);
    int[] cached = cache.get(text.bytes(), from, to, hash);
    if (cached == null) {
      cached = merge(text, from, to, merger);
      cache.put(text.bytes(), from, to, hash, cached);
    }
    ids.addAll(cached);
  }

  private int[] merge(Utf8Text text, int from, int to, SpmMerger merger) {
    int count = merger.merge(text, from, to);
    IdList ids = new IdList(count);
    for (int i = 0; i < count; i++) {
      int start = merger.partStart(i);
      int end = merger.partStart(i + 1);
      int id = tokens.ordinary().find(text.bytes(), start, end);
      if (id >= 0) {
        ids.add(id);
      } else {
        spell(text.bytes(), start, end, ids);
      }
    }
    return ids.toArray();
  }

  /** A character that is no token. */
  private void spell(byte[] bytes, int from, int to, IdList ids) {
    for (int i = from; i < to; i++) {
      int id = idOfByte[bytes[i] & 0xFF];
      if (id >= 0) {
        ids.add(id);
      } else if (unknown.isPresent()) {
        ids.add(unknown.getAsInt());
        return;
      }
    }
  }

  /** The end of a word: of U+2581s and what follows up to the next one. */
  private static int wordEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (isBlock(bytes, i, to)) {
      i += BLOCK.length;
    }
    while (i < to && !isBlock(bytes, i, to)) {
      i++;
    }
    return i;
  }

  private static boolean isBlock(byte[] bytes, int i, int to) {
    return i + 2 < to
        && bytes[i] == BLOCK[0]
        && bytes[i + 1] == BLOCK[1]
        && bytes[i + 2] == BLOCK[2];
  }

  private static byte[] escape(byte[] bytes, int from, int to, boolean spaceInFront) {
    int spaces = spaceInFront ? 1 : 0;
    for (int i = from; i < to; i++) {
      spaces += bytes[i] == ' ' ? 1 : 0;
    }
    byte[] escaped = new byte[Math.addExact(to - from + (spaceInFront ? 1 : 0), 2 * spaces)];
    int length = spaceInFront ? append(BLOCK, escaped, 0) : 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] == ' ') {
        length = append(BLOCK, escaped, length);
      } else {
        escaped[length++] = bytes[i];
      }
    }
    return escaped;
  }

  private static int append(byte[] source, byte[] target, int at) {
    System.arraycopy(source, 0, target, at, source.length);
    return at + source.length;
  }

  /** The text of a stored token: U+2581 is a space again. */
  static int unescape(byte[] stored, int from, int to, byte[] target) {
    int length = 0;
    for (int i = from; i < to; ) {
      if (isBlock(stored, i, to)) {
        target[length++] = ' ';
        i += BLOCK.length;
      } else {
        target[length++] = stored[i++];
      }
    }
    return length;
  }

  /** The place of each score among all different scores, from the best down. */
  private static int[] ranks(float[] scores, int count) {
    float[] plain = new float[count];
    for (int id = 0; id < count; id++) {
      plain[id] = scores[id] + 0f; // -0 becomes 0: equal for the merge, but not for Float.compare
    }
    float[] sorted = plain.clone();
    Arrays.sort(sorted);
    int different = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || Float.compare(sorted[i], sorted[different - 1]) != 0) {
        sorted[different++] = sorted[i];
      }
    }
    int[] ranks = new int[count];
    for (int id = 0; id < count; id++) {
      ranks[id] = different - 1 - Arrays.binarySearch(sorted, 0, different, plain[id]);
    }
    return ranks;
  }
}
