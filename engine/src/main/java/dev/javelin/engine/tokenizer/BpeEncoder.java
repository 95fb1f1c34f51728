package dev.javelin.engine.tokenizer;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Byte-level BPE: pieces of the pre-tokenizer, each merged by the file's list. Most pieces are a
 * token as a whole and are found by one look-up; the results of the others are kept in a small
 * cache.
 */
final class BpeEncoder implements SegmentEncoder {
  private static final byte NOT_TRIED = 0;
  private static final byte REACHED = 1; // merging the bytes of this token gives the token itself
  private static final byte NOT_REACHED = 2;

  private final PreTokenizer preTokenizer;
  private final TokenTable tokens;
  private final MergeTable merges;
  private final int[] idOfByte = new int[256];
  private final OptionalInt unknown;
  private final byte[] reached; // by id; filled as pieces come, the same value whoever writes it
  private final PieceCache cache = new PieceCache();

  BpeEncoder(PreTokenizer preTokenizer, TokenTable tokens, MergeTable merges, OptionalInt unknown) {
    this.preTokenizer = preTokenizer;
    this.tokens = tokens;
    this.merges = merges;
    this.unknown = unknown;
    byte[] single = new byte[1];
    for (int b = 0; b < 256; b++) {
      single[0] = (byte) b;
      idOfByte[b] = tokens.ordinary().find(single, 0, 1);
    }
    reached = new byte[tokens.size()];
    if (preTokenizer.takesTokensWhole()) {
      Arrays.fill(reached, REACHED);
    }
  }

  @Override
  public void encode(Utf8Text text, int from, int to, boolean afterSpecial, IdList ids) {
    BpeMerger merger = new BpeMerger(merges, idOfByte);
    byte[] bytes = text.bytes();
    preTokenizer.split(text, from, to, (start, end) -> encodePiece(bytes, start, end, merger, ids));
  }

  private void encodePiece(byte[] bytes, int from, int to, BpeMerger merger, IdList ids) {
    int hash = TokenIndex.hash(bytes, from, to);
    int whole = tokens.ordinary().find(bytes, from, to, hash);
    if (whole >= 0 && isReached(whole, bytes, from, to, merger)) {
      ids.add(whole);
      return;
    }
    int[] cached = cache.get(bytes, from, to, hash);
    if (cached == null) {
      cached = merge(bytes, from, to, merger);
      cache.put(bytes, from, to, hash, cached);
    }
    ids.addAll(cached);
  }

  private boolean isReached(int id, byte[] bytes, int from, int to, BpeMerger merger) {
    byte known = reached[id];
    if (known == NOT_TRIED) {
      known = merger.merge(bytes, from, to) == 1 ? REACHED : NOT_REACHED;
      reached[id] = known;
    }
    return known == REACHED;
  }

  private int[] merge(byte[] bytes, int from, int to, BpeMerger merger) {
    int count = merger.merge(bytes, from, to);
    IdList ids = new IdList(count);
    for (int i = 0; i < count; i++) {
      if (merger.part(i) >= 0) {
        ids.add(merger.part(i));
      } else {
        unknown.ifPresent(ids::add); // without such a token the byte is dropped, as ggml does
      }
    }
    return ids.toArray();
  }
}
