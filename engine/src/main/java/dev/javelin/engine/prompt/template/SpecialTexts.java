package dev.javelin.engine.prompt.template;

import dev.javelin.engine.prompt.PromptPieces;
import dev.javelin.engine.prompt.jinja.Str;
import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The special tokens of a vocabulary, to be found in rendered text; the longest wins. */
final class SpecialTexts {
  private final Map<Character, List<String>> textsByFirst = new HashMap<>();

  SpecialTexts(Tokenizer tokenizer) {
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      TokenKind kind = tokenizer.kind(id);
      if (kind == TokenKind.CONTROL || kind == TokenKind.USER_DEFINED) {
        String text = new String(tokenizer.bytes(id), StandardCharsets.UTF_8);
        OptionalInt found = text.isEmpty() ? OptionalInt.empty() : tokenizer.id(text);
        if (found.isPresent() && found.getAsInt() == id) {
          textsByFirst.computeIfAbsent(text.charAt(0), first -> new ArrayList<>()).add(text);
        }
      }
    }
    textsByFirst
        .values()
        .forEach(texts -> texts.sort(Comparator.comparing(String::length).reversed()));
  }

  PromptPieces pieces(Str rendered) {
    PromptPieces pieces = new PromptPieces();
    String text = rendered.text();
    int plain = 0; // start of text that is not special
    int at = 0;
    while (at < text.length()) {
      String special = at(rendered, at);
      if (special == null) {
        at++;
      } else {
        pieces.text(text.substring(plain, at)).special(special);
        at += special.length();
        plain = at;
      }
    }
    return pieces.text(text.substring(plain));
  }

  private String at(Str rendered, int at) {
    for (String special : textsByFirst.getOrDefault(rendered.text().charAt(at), List.of())) {
      if (rendered.text().startsWith(special, at) && isOwn(rendered, at, at + special.length())) {
        return special;
      }
    }
    return null;
  }

  private static boolean isOwn(Str rendered, int from, int to) {
    for (int i = from; i < to; i++) {
      if (rendered.isForeign(i)) {
        return false;
      }
    }
    return true;
  }
}
