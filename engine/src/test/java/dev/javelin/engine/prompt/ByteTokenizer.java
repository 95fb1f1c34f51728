package dev.javelin.engine.prompt;

import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A small real tokenizer for tests: one token for each byte (ids 0 to 255), then special tokens:
 * control tokens as {@code <|name|>}, others in any other form.
 */
public final class ByteTokenizer implements Tokenizer {
  private final List<String> specials;

  public ByteTokenizer(String... specials) {
    this.specials = List.of(specials);
  }

  /** With the tokens of Harmony, and one reserved token. */
  public static ByteTokenizer harmony() {
    return new ByteTokenizer(
        "<|start|>",
        "<|channel|>",
        "<|constrain|>",
        "<|message|>",
        "<|end|>",
        "<|call|>",
        "<|return|>",
        "<|endoftext|>",
        "<|reserved_1|>");
  }

  @Override
  public int vocabularySize() {
    return 256 + specials.size();
  }

  @Override
  public int[] encode(String text, boolean parseSpecial) {
    int[] ids = new int[text.length() * 3];
    int count = 0;
    int at = 0;
    while (at < text.length()) {
      int here = at;
      int special = parseSpecial ? specialAt(text, here) : -1;
      if (special >= 0) {
        ids[count++] = 256 + special;
        at += specials.get(special).length();
      } else {
        int length = Character.charCount(text.codePointAt(at));
        for (byte b : text.substring(at, at + length).getBytes(StandardCharsets.UTF_8)) {
          ids[count++] = b & 0xFF;
        }
        at += length;
      }
    }
    return Arrays.copyOf(ids, count);
  }

  private int specialAt(String text, int at) {
    for (int i = 0; i < specials.size(); i++) {
      if (text.startsWith(specials.get(i), at)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public int[] encodePrompt(String text, boolean parseSpecial) {
    return encode(text, parseSpecial);
  }

  @Override
  public byte[] bytes(int id) {
    return id < 256
        ? new byte[] {(byte) id}
        : specials.get(id - 256).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(bytes(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public TokenKind kind(int id) {
    if (id < 256) {
      return TokenKind.NORMAL;
    }
    return specials.get(id - 256).startsWith("<|") ? TokenKind.CONTROL : TokenKind.USER_DEFINED;
  }

  @Override
  public OptionalInt id(String tokenText) {
    int index = specials.indexOf(tokenText);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(256 + index);
  }

  @Override
  public OptionalInt bos() {
    return OptionalInt.empty();
  }

  @Override
  public OptionalInt eos() {
    return OptionalInt.empty();
  }

  @Override
  public boolean addsBos() {
    return false;
  }

  @Override
  public boolean addsEos() {
    return false;
  }

  @Override
  public Set<Integer> endTokens() {
    OptionalInt end = id("<|im_end|>");
    return end.isPresent() ? Set.of(end.getAsInt()) : Set.of();
  }
}
