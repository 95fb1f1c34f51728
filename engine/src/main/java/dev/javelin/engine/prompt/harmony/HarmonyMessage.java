package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Role;
import java.util.Objects;

/**
 * One message in Harmony's own terms; null means that the header does not say it.
 *
 * @param name of a tool's message: the tool's full name, like {@code functions.get_weather}
 * @param recipient whom the message is for, like {@code functions.get_weather}
 * @param channel {@code analysis}, {@code commentary} or {@code final}
 * @param contentType with its mark where it has one: {@code <|constrain|>json}
 */
public record HarmonyMessage(
    Role role,
    String name,
    String recipient,
    String channel,
    String contentType,
    HarmonyContent content) {
  public static final String ANALYSIS = "analysis";
  public static final String COMMENTARY = "commentary";
  public static final String FINAL = "final";

  public HarmonyMessage {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
  }

  public static HarmonyMessage of(Role role, String text) {
    return of(role, new HarmonyContent.Text(text));
  }

  public static HarmonyMessage of(Role role, HarmonyContent content) {
    return new HarmonyMessage(role, null, null, null, null, content);
  }

  /** What the assistant says on a channel to nobody in particular. */
  public static HarmonyMessage assistant(String channel, String text) {
    return new HarmonyMessage(
        Role.ASSISTANT, null, null, channel, null, new HarmonyContent.Text(text));
  }

  /** A call of a client's function. */
  static HarmonyMessage call(String function, String arguments) {
    String type = HarmonyMark.CONSTRAIN.text() + "json";
    return new HarmonyMessage(
        Role.ASSISTANT,
        null,
        fullName(function),
        COMMENTARY,
        type,
        new HarmonyContent.Text(arguments));
  }

  /** The result of a client's function. */
  static HarmonyMessage result(String function, String text) {
    return new HarmonyMessage(
        Role.TOOL,
        fullName(function),
        "assistant",
        COMMENTARY,
        null,
        new HarmonyContent.Text(text));
  }

  boolean isFinal() {
    return role == Role.ASSISTANT && FINAL.equals(channel);
  }

  private static String fullName(String function) {
    String prefix = ToolNamespace.FUNCTIONS + ".";
    return function.startsWith(prefix) ? function : prefix + function;
  }
}
