package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Role;
import dev.javelin.engine.prompt.PromptPieces;
import dev.javelin.engine.prompt.harmony.HarmonyContent.DeveloperContent;
import dev.javelin.engine.prompt.harmony.HarmonyContent.SystemContent;
import java.util.List;
import java.util.Locale;

/**
 * Writes Harmony messages as prompt pieces. There is nothing between two messages, not even a
 * newline.
 */
public final class HarmonyRenderer {
  private HarmonyRenderer() {}

  /** One message. */
  public static PromptPieces message(HarmonyMessage message) {
    PromptPieces out = new PromptPieces();
    write(out, message, false);
    out.special(endOf(message).text());
    return out;
  }

  /** A whole conversation, with nothing behind it. */
  public static PromptPieces conversation(List<HarmonyMessage> messages, boolean dropAnalysis) {
    return render(messages, dropAnalysis, false);
  }

  /** A conversation and the beginning of the next message: the prompt for that role's answer. */
  public static PromptPieces completion(
      List<HarmonyMessage> messages, Role nextRole, boolean dropAnalysis) {
    return render(messages, dropAnalysis, false)
        .special(HarmonyMark.START.text())
        .text(textOf(nextRole));
  }

  /**
   * A conversation as a model shall learn it: a final message at its end is closed as the model
   * itself closes it.
   */
  public static PromptPieces training(List<HarmonyMessage> messages, boolean dropAnalysis) {
    return render(messages, dropAnalysis, true);
  }

  private static PromptPieces render(
      List<HarmonyMessage> all, boolean dropAnalysis, boolean training) {
    List<HarmonyMessage> messages = dropAnalysis ? HistoryRule.apply(all) : all;
    boolean functions = messages.stream().anyMatch(HarmonyRenderer::definesFunctions);
    PromptPieces out = new PromptPieces();
    for (int i = 0; i < messages.size(); i++) {
      HarmonyMessage message = messages.get(i);
      boolean last = i == messages.size() - 1;
      write(out, message, functions);
      out.special(
          (training && last && message.isFinal() ? HarmonyMark.RETURN : endOf(message)).text());
    }
    return out;
  }

  private static boolean definesFunctions(HarmonyMessage message) {
    return switch (message.content()) {
      case HarmonyContent.Text text -> false;
      case SystemContent system ->
          system.builtinTools().stream().anyMatch(ToolNamespace::hasFunctions);
      case DeveloperContent developer ->
          developer.tools().stream().anyMatch(ToolNamespace::hasFunctions);
    };
  }

  /**
   * A call must stop the model, so a message of the assistant to anybody ends with {@code
   * <|call|>}.
   */
  private static HarmonyMark endOf(HarmonyMessage message) {
    return message.role() == Role.ASSISTANT && message.recipient() != null
        ? HarmonyMark.CALL
        : HarmonyMark.END;
  }

  private static void write(PromptPieces out, HarmonyMessage message, boolean functions) {
    out.special(HarmonyMark.START.text());
    writeHeader(out, message);
    out.special(HarmonyMark.MESSAGE.text());
    switch (message.content()) {
      case HarmonyContent.Text text -> out.text(text.text());
      case SystemContent system -> out.text(ContentText.system(system, functions));
      case DeveloperContent developer -> out.text(ContentText.developer(developer));
    }
  }

  private static void writeHeader(PromptPieces out, HarmonyMessage message) {
    if (message.role() == Role.TOOL && message.name() != null) {
      out.text(message.name());
    } else {
      out.text(textOf(message.role()));
      if (message.name() != null) {
        out.text(":" + message.name());
      }
    }
    if (message.recipient() != null && !message.recipient().equals("all")) {
      out.text(" to=" + message.recipient());
    }
    if (message.channel() != null) {
      out.special(HarmonyMark.CHANNEL.text()).text(message.channel());
    }
    if (message.contentType() != null) {
      writeContentType(out, message.contentType());
    }
  }

  private static void writeContentType(PromptPieces out, String contentType) {
    String mark = HarmonyMark.CONSTRAIN.text();
    out.text(" ");
    if (contentType.startsWith(mark)) {
      out.special(mark).text(contentType.substring(mark.length()));
    } else {
      out.text(contentType);
    }
  }

  static String textOf(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
