package dev.javelin.engine.prompt.harmony;

import java.util.ArrayList;
import java.util.List;

/** Keeps what a parser finds: finished messages, and the text of the open one. */
public final class MessageCollector implements HarmonyEvents {
  private final List<HarmonyMessage> messages = new ArrayList<>();
  private final List<String> deviations = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder delta = new StringBuilder();
  private HarmonyHeader header;

  public List<HarmonyMessage> messages() {
    return List.copyOf(messages);
  }

  public List<String> deviations() {
    return List.copyOf(deviations);
  }

  /** Text of the open message so far; empty when none is open. */
  public String openText() {
    return text.toString();
  }

  /** The text delivered since the last call. */
  public String takeDelta() {
    String taken = delta.toString();
    delta.setLength(0);
    return taken;
  }

  @Override
  public void opened(HarmonyHeader opened) {
    header = opened;
  }

  @Override
  public void text(String piece) {
    text.append(piece);
    delta.append(piece);
  }

  @Override
  public void closed(HarmonyMark end) {
    messages.add(header.message(text.toString()));
    text.setLength(0);
  }

  @Override
  public void deviation(String what) {
    deviations.add(what);
  }
}
