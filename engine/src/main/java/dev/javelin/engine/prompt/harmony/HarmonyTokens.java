package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Harmony's special tokens in one vocabulary, found by their text: every vocabulary has other ids.
 */
final class HarmonyTokens {
  private final Map<Integer, HarmonyMark> markById = new HashMap<>();
  private final Map<HarmonyMark, Integer> idByMark = new EnumMap<>(HarmonyMark.class);
  private final Tokenizer tokenizer;
  private final Set<Integer> hidden = new HashSet<>();

  HarmonyTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    for (HarmonyMark mark : HarmonyMark.values()) {
      OptionalInt id = tokenizer.id(mark.text());
      if (id.isPresent()) {
        markById.put(id.getAsInt(), mark);
        idByMark.put(mark, id.getAsInt());
      }
    }
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      if (isHidden(id)) {
        hidden.add(id);
      }
    }
  }

  /** Whether the vocabulary has what a Harmony prompt needs. */
  static boolean areIn(Tokenizer tokenizer) {
    return tokenizer.id(HarmonyMark.START.text()).isPresent()
        && tokenizer.id(HarmonyMark.CHANNEL.text()).isPresent()
        && tokenizer.id(HarmonyMark.MESSAGE.text()).isPresent();
  }

  Optional<HarmonyMark> mark(int id) {
    return Optional.ofNullable(markById.get(id));
  }

  boolean isInVocabulary(int id) {
    return id >= 0 && id < tokenizer.vocabularySize();
  }

  /** Whether a token that is no mark has no text to show either: reserved ones, padding. */
  boolean isHidden(int id) {
    TokenKind kind = tokenizer.kind(id);
    return kind == TokenKind.CONTROL || kind == TokenKind.UNUSED;
  }

  byte[] bytes(int id) {
    return tokenizer.bytes(id);
  }

  /** The id of a mark; the vocabulary has all that a prompt needs. */
  int id(HarmonyMark mark) {
    return idByMark.get(mark);
  }

  /** All tokens that are no text: marks, reserved ones, padding. */
  Set<Integer> hidden() {
    return hidden;
  }

  Set<Integer> stops() {
    Set<Integer> stops = new HashSet<>();
    idByMark.forEach(
        (mark, id) -> {
          if (mark.stops()) {
            stops.add(id);
          }
        });
    return Set.copyOf(stops);
  }
}
