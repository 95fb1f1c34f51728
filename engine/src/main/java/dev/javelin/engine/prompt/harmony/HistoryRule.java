package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Which chain of thought stays in the prompt. A turn lasts from one user message to the next. Once
 * a turn has ended in a final message and the user has spoken again, its analysis goes; the
 * analysis of a turn in progress stays, because the model needs it to go on after a tool's result.
 * OpenAI's guide says so (its library drops less).
 */
final class HistoryRule {
  private HistoryRule() {}

  static List<HarmonyMessage> apply(List<HarmonyMessage> messages) {
    List<HarmonyMessage> kept = new ArrayList<>();
    List<HarmonyMessage> turn = new ArrayList<>();
    for (HarmonyMessage message : messages) {
      if (message.role() == Role.USER) {
        close(turn, kept);
      }
      turn.add(message);
    }
    kept.addAll(turn); // the last turn: nobody has answered it yet
    return kept;
  }

  private static void close(List<HarmonyMessage> turn, List<HarmonyMessage> kept) {
    boolean finished = turn.stream().anyMatch(HarmonyMessage::isFinal);
    for (HarmonyMessage message : turn) {
      if (!finished || !HarmonyMessage.ANALYSIS.equals(message.channel())) {
        kept.add(message);
      }
    }
    turn.clear();
  }
}
