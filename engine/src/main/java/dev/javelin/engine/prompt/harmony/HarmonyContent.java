package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.ResponseFormat;
import java.util.List;

/** What a message says: text, or the structured content of a system or developer message. */
public sealed interface HarmonyContent {
  /** Taken as it is. */
  record Text(String text) implements HarmonyContent {}

  /**
   * The system message, which the server writes. Null or empty parts are left out.
   *
   * @param channelRequired whether to say that every message needs a channel
   * @param builtinTools tools that are not functions of the client, like a browser
   */
  record SystemContent(
      String identity,
      String knowledgeCutoff,
      String currentDate,
      ReasoningLevel reasoning,
      List<String> channels,
      boolean channelRequired,
      List<ToolNamespace> builtinTools)
      implements HarmonyContent {
    public SystemContent {
      channels = List.copyOf(channels);
      builtinTools = List.copyOf(builtinTools);
    }
  }

  /**
   * The developer message: what an API calls the system prompt, its tools and the wanted form of
   * the answer.
   *
   * @param instructions may be null
   * @param responseFormat may be null
   */
  record DeveloperContent(
      String instructions, List<ToolNamespace> tools, ResponseFormat responseFormat)
      implements HarmonyContent {
    public DeveloperContent {
      tools = List.copyOf(tools);
    }
  }
}
