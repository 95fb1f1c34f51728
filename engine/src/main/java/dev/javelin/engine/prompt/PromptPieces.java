package dev.javelin.engine.prompt;

import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt under construction: special tokens by name, and text between them. Neighbouring texts
 * become one, because a tokenizer may join their ends. What users wrote goes in as text and so can
 * never become a special token.
 */
public final class PromptPieces {
  private final List<PromptPiece> pieces = new ArrayList<>();
  private final StringBuilder open =
      new StringBuilder(); // text that the next special token will close

  /** No pieces yet. */
  public PromptPieces() {}

  public PromptPieces special(String token) {
    closeText();
    pieces.add(new PromptPiece.Special(token));
    return this;
  }

  public PromptPieces text(String text) {
    open.append(text);
    return this;
  }

  public PromptPieces addAll(PromptPieces other) {
    for (PromptPiece piece : other.list()) {
      switch (piece) {
        case PromptPiece.Special special -> special(special.text());
        case PromptPiece.Text text -> text(text.text());
      }
    }
    return this;
  }

  public List<PromptPiece> list() {
    closeText();
    return List.copyOf(pieces);
  }

  /** The prompt as one text, special tokens spelled out. */
  public String text() {
    StringBuilder all = new StringBuilder();
    list().forEach(piece -> all.append(piece.text()));
    return all.toString();
  }

  /** The prompt as ids; throws when the vocabulary lacks one of the special tokens. */
  public int[] encode(Tokenizer tokenizer) {
    int[] ids = new int[64];
    int count = 0;
    for (PromptPiece piece : list()) {
      int[] next =
          switch (piece) {
            case PromptPiece.Special special -> new int[] {idOf(special.text(), tokenizer)};
            case PromptPiece.Text text -> tokenizer.encode(text.text(), false);
          };
      if (count + next.length > ids.length) {
        ids = Arrays.copyOf(ids, Math.max(2 * ids.length, count + next.length));
      }
      System.arraycopy(next, 0, ids, count, next.length);
      count += next.length;
    }
    return Arrays.copyOf(ids, count);
  }

  private static int idOf(String token, Tokenizer tokenizer) {
    return tokenizer
        .id(token)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the vocabulary has no token " + token + ", which the format needs"));
  }

  private void closeText() {
    if (!open.isEmpty()) {
      pieces.add(new PromptPiece.Text(open.toString()));
      open.setLength(0);
    }
  }
}
