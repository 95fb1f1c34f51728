package dev.javelin.engine.tokenizer;

import java.util.Collections;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A tokenizer over a token table: cuts special tokens out of the text and leaves the rest to a
 * {@link SegmentEncoder}.
 */
final class VocabularyTokenizer implements Tokenizer {
  private final TokenTable tokens;
  private final SegmentEncoder encoder;
  private final Ends ends;
  private final Set<Integer> endTokens;
  private final boolean dropsFirstSpace;

  /** Tokens around a text, and whether a prompt gets them. */
  record Ends(OptionalInt bos, OptionalInt eos, boolean addsBos, boolean addsEos) {}

  /**
   * @param dropsFirstSpace whether encoding put a space in front of the text, so that decoding must
   *     take it away
   */
  VocabularyTokenizer(
      TokenTable tokens,
      SegmentEncoder encoder,
      Ends ends,
      Set<Integer> endTokens,
      boolean dropsFirstSpace) {
    this.tokens = tokens;
    this.encoder = encoder;
    this.ends = ends;
    this.endTokens = Collections.unmodifiableSet(endTokens);
    this.dropsFirstSpace = dropsFirstSpace;
  }

  @Override
  public int vocabularySize() {
    return tokens.size();
  }

  @Override
  public int[] encode(String text, boolean parseSpecial) {
    IdList ids = new IdList(text.length() / 3);
    encode(text, parseSpecial, ids);
    return ids.toArray();
  }

  @Override
  public int[] encodePrompt(String text, boolean parseSpecial) {
    IdList ids = new IdList(text.length() / 3);
    if (ends.addsBos) {
      ends.bos.ifPresent(ids::add);
    }
    encode(text, parseSpecial, ids);
    if (ends.addsEos) {
      ends.eos.ifPresent(ids::add);
    }
    return ids.toArray();
  }

  private void encode(String string, boolean parseSpecial, IdList ids) {
    Utf8Text text = new Utf8Text(string);
    SpecialTokens special = tokens.special(parseSpecial);
    boolean afterSpecial = true;
    for (int from = 0; from < text.length(); ) {
      int to = special.find(text.bytes(), from, text.length());
      if (to > from) {
        encoder.encode(text, from, to, afterSpecial, ids);
        afterSpecial = false;
      }
      if (to < text.length()) {
        int id = special.match(text.bytes(), to, text.length());
        ids.add(id);
        to += tokens.forms().end(id) - tokens.forms().start(id);
        afterSpecial = true;
      }
      from = to;
    }
  }

  @Override
  public byte[] bytes(int id) {
    return tokens.bytes().get(Objects.checkIndex(id, tokens.size()));
  }

  @Override
  public String decode(int[] ids) {
    Utf8Stream stream = new Utf8Stream();
    StringBuilder text = new StringBuilder(4 * ids.length);
    ByteStrings all = tokens.bytes();
    for (int id : ids) {
      Objects.checkIndex(id, tokens.size());
      stream.accept(all.bytes(), all.start(id), all.end(id) - all.start(id), text);
    }
    text.append(stream.end());
    boolean drop = dropsFirstSpace && ids.length > 0 && kind(ids[0]) != TokenKind.CONTROL;
    return drop && !text.isEmpty() && text.charAt(0) == ' ' ? text.substring(1) : text.toString();
  }

  @Override
  public TokenKind kind(int id) {
    return tokens.kind(Objects.checkIndex(id, tokens.size()));
  }

  @Override
  public OptionalInt id(String tokenText) {
    return tokens.id(tokenText);
  }

  @Override
  public OptionalInt bos() {
    return ends.bos;
  }

  @Override
  public OptionalInt eos() {
    return ends.eos;
  }

  @Override
  public boolean addsBos() {
    return ends.addsBos;
  }

  @Override
  public boolean addsEos() {
    return ends.addsEos;
  }

  @Override
  public Set<Integer> endTokens() {
    return endTokens;
  }
}
