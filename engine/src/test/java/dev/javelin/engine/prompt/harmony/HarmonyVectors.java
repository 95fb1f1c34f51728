package dev.javelin.engine.prompt.harmony;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.prompt.SharedFiles;
import dev.javelin.engine.prompt.harmony.HarmonyContent.DeveloperContent;
import dev.javelin.engine.prompt.harmony.HarmonyContent.SystemContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the messages of the vectors' conversations. */
final class HarmonyVectors {
  private HarmonyVectors() {}

  static List<HarmonyMessage> conversation(JsonNode array) throws IOException {
    List<HarmonyMessage> messages = new ArrayList<>();
    for (JsonNode message : array) {
      messages.add(message(message));
    }
    return messages;
  }

  static HarmonyMessage message(JsonNode json) throws IOException {
    Role role = Role.valueOf(json.path("role").asText().toUpperCase(Locale.ROOT));
    return new HarmonyMessage(
        role,
        text(json, "name"),
        text(json, "recipient"),
        text(json, "channel"),
        text(json, "content_type"),
        content(role, json));
  }

  private static HarmonyContent content(Role role, JsonNode json) throws IOException {
    if (json.has("content")) {
      return new HarmonyContent.Text(json.path("content").asText());
    }
    if (role == Role.DEVELOPER) {
      List<ToolNamespace> namespaces = new ArrayList<>();
      json.path("tools").forEach(namespace -> namespaces.add(namespace(namespace)));
      return new DeveloperContent(text(json, "instructions"), namespaces, null);
    }
    List<String> channels = new ArrayList<>();
    json.path("channels").forEach(channel -> channels.add(channel.asText()));
    List<ToolNamespace> builtin = new ArrayList<>();
    for (JsonNode name : json.path("builtin_tools")) {
      builtin.add(namespace(SharedFiles.json("harmony/builtin-tools.json").path(name.asText())));
    }
    return new SystemContent(
        text(json, "identity"),
        text(json, "knowledge_cutoff"),
        text(json, "current_date"),
        json.has("reasoning_effort")
            ? ReasoningLevel.parse(text(json, "reasoning_effort")).orElseThrow()
            : null,
        channels,
        json.path("channel_required").asBoolean(),
        builtin);
  }

  private static ToolNamespace namespace(JsonNode json) {
    List<Tool> tools = new ArrayList<>();
    json.path("tools")
        .forEach(
            tool ->
                tools.add(
                    new Tool(
                        text(tool, "name"), text(tool, "description"), tool.get("parameters"))));
    return new ToolNamespace(text(json, "namespace"), text(json, "description"), tools);
  }

  static String text(JsonNode json, String key) {
    return json.has(key) && !json.path(key).isNull() ? json.path(key).asText() : null;
  }
}
