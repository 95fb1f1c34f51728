package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Role;

/**
 * What stands before the content of a message; null means not said.
 *
 * @param name of a tool's message: the tool's full name
 */
public record HarmonyHeader(
    Role role, String name, String recipient, String channel, String contentType) {
  HarmonyMessage message(String text) {
    return new HarmonyMessage(
        role, name, recipient, channel, contentType, new HarmonyContent.Text(text));
  }
}
