package dev.javelin.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens of a vocabulary: the bytes that each stands for, its kind, and the ways back from
 * bytes to an id.
 */
final class TokenTable {
  private static final TokenKind[] KIND_OF_ID = new TokenKind[7];

  static {
    for (TokenKind kind : TokenKind.values()) {
      KIND_OF_ID[kind.ggufId()] = kind;
    }
  }

  private final ByteStrings bytes;
  private final ByteStrings forms;
  private final TokenKind[] kinds;
  private final Set<TokenKind> ordinaryKinds;
  private final TokenIndex ordinary; // what merging may produce
  private final SpecialTokens special = new SpecialTokens(); // recognised on request
  private final SpecialTokens always = new SpecialTokens(); // recognised in any text

  /**
   * @param bytes what each token stands for
   * @param forms what stands for the token in the (perhaps escaped) text that is searched
   * @param kindIds {@link TokenKind#ggufId}; one for each token
   * @param ordinaryKinds the kinds that merging may produce
   */
  TokenTable(ByteStrings bytes, ByteStrings forms, int[] kindIds, Set<TokenKind> ordinaryKinds) {
    this.bytes = bytes;
    this.forms = forms;
    this.ordinaryKinds = ordinaryKinds;
    kinds = new TokenKind[bytes.size()];
    ordinary = new TokenIndex(forms);
    for (int id = 0; id < kinds.length; id++) {
      TokenKind kind = kind(id, kindIds[id]);
      kinds[id] = kind;
      if (ordinaryKinds.contains(kind)) {
        ordinary.add(id);
      }
      switch (kind) {
        case CONTROL, UNKNOWN -> special.add(id, forms);
        case USER_DEFINED -> {
          special.add(id, forms);
          if (!looksLikeMarkup(id)) {
            always.add(id, forms);
          }
        }
        case NORMAL, BYTE, UNUSED -> {}
      }
    }
  }

  /** The kinds of a file's list, or all normal if it has none. */
  static int[] kindIds(Vocabulary vocabulary) {
    int count = vocabulary.tokens().size();
    int[] ids = vocabulary.kinds();
    if (ids.length == 0) {
      ids = new int[count];
      Arrays.fill(ids, TokenKind.NORMAL.ggufId());
    }
    if (ids.length < count) {
      throw new TokenizerException(
          Tokenizers.KINDS,
          "needs a type for each token: types=" + ids.length + ", tokens=" + count);
    }
    return ids;
  }

  int size() {
    return kinds.length;
  }

  ByteStrings bytes() {
    return bytes;
  }

  ByteStrings forms() {
    return forms;
  }

  TokenKind kind(int id) {
    return kinds[id];
  }

  boolean isOrdinary(int id) {
    return ordinaryKinds.contains(kinds[id]);
  }

  TokenIndex ordinary() {
    return ordinary;
  }

  /** The tokens to recognise by their text. */
  SpecialTokens special(boolean onRequest) {
    return onRequest ? special : always;
  }

  /** The token of this text, a special one before an ordinary one. */
  OptionalInt id(String text) {
    OptionalInt id = specialId(text);
    if (id.isPresent()) {
      return id;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return optional(ordinary.find(utf8, 0, utf8.length));
  }

  /** The token of this text among those that stand for their text as a whole. */
  OptionalInt specialId(String text) {
    return optional(special.exact(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static OptionalInt optional(int id) {
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * User-defined tokens are part of ordinary text in the original tokenizers (runs of spaces, rare
   * characters), but some files also give that kind to the markup of chat formats ({@code
   * <tool_call>}), which a user must not forge.
   */
  private boolean looksLikeMarkup(int id) {
    int start = forms.start(id);
    int end = forms.end(id);
    if (end - start < 3) {
      return false;
    }
    byte first = forms.bytes()[start];
    byte last = forms.bytes()[end - 1];
    return first == '<' && last == '>' || first == '[' && last == ']';
  }

  private static TokenKind kind(int id, int kindId) {
    if (kindId == 0) {
      return TokenKind.NORMAL; // ggml's "undefined"
    }
    if (kindId < 0 || kindId >= KIND_OF_ID.length) {
      throw new TokenizerException(
          Tokenizers.KINDS, "types are 1 to 6: token=" + id + ", type=" + kindId);
    }
    return KIND_OF_ID[kindId];
  }
}
