package dev.javelin.engine.prompt.harmony;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.Message;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.engine.prompt.harmony.HarmonyContent.DeveloperContent;
import dev.javelin.engine.prompt.harmony.HarmonyContent.SystemContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From an API conversation to Harmony messages. The system message is ours; what the API calls
 * system or developer messages becomes one developer message, joined in order by an empty line
 * wherever they stood.
 *
 * <p>An assistant message becomes up to three kinds of messages, in the order in which the model
 * wrote them: its reasoning (analysis), its text (final, or commentary when it accompanies calls)
 * and its calls.
 */
public final class ConversationMapper {
  /** The identity line that gpt-oss was trained with. */
  public static final String OPENAI_IDENTITY =
      "You are ChatGPT, a large language model trained by OpenAI.";

  private static final String KNOWLEDGE_CUTOFF =
      "2024-06"; // of gpt-oss, and in every prompt it was trained with

  private final Map<String, String> functionByCallId = new HashMap<>();
  private final List<HarmonyMessage> out = new ArrayList<>();
  private String
      lastFunction; // of the latest call, for results that do not say which call they answer

  private ConversationMapper() {}

  /**
   * @param defaultIdentity the identity line when the conversation has none
   */
  public static List<HarmonyMessage> map(Conversation conversation, String defaultIdentity) {
    ConversationMapper mapper = new ConversationMapper();
    mapper.out.add(system(conversation, defaultIdentity));
    DeveloperContent developer = developer(conversation);
    if (developer.instructions() != null
        || !developer.tools().isEmpty()
        || developer.responseFormat() != null) {
      mapper.out.add(HarmonyMessage.of(Role.DEVELOPER, developer));
    }
    conversation.messages().forEach(mapper::add);
    return mapper.out;
  }

  private static HarmonyMessage system(Conversation conversation, String defaultIdentity) {
    String identity = conversation.identity() != null ? conversation.identity() : defaultIdentity;
    String date = conversation.currentDate() == null ? null : conversation.currentDate().toString();
    ReasoningLevel level =
        conversation.reasoning() == null ? ReasoningLevel.MEDIUM : conversation.reasoning();
    List<String> channels =
        List.of(HarmonyMessage.ANALYSIS, HarmonyMessage.COMMENTARY, HarmonyMessage.FINAL);
    return HarmonyMessage.of(
        Role.SYSTEM,
        new SystemContent(identity, KNOWLEDGE_CUTOFF, date, level, channels, true, List.of()));
  }

  private static DeveloperContent developer(Conversation conversation) {
    List<String> instructions = new ArrayList<>();
    for (Message message : conversation.messages()) {
      boolean instructs = message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
      if (instructs && !message.content().isEmpty()) {
        instructions.add(message.content());
      }
    }
    List<Tool> tools =
        conversation.tools().stream().map(ConversationMapper::withoutEmptyParameters).toList();
    return new DeveloperContent(
        instructions.isEmpty() ? null : String.join("\n\n", instructions),
        tools.isEmpty()
            ? List.of()
            : List.of(new ToolNamespace(ToolNamespace.FUNCTIONS, null, tools)),
        conversation.responseFormat());
  }

  /**
   * APIs write "no arguments" as an object without properties; the model knows it as {@code () =>
   * any}.
   */
  private static Tool withoutEmptyParameters(Tool tool) {
    JsonNode parameters = tool.parameters();
    boolean empty =
        parameters == null
            || parameters.path("properties").isEmpty()
                && !parameters.has("$ref")
                && !parameters.has("oneOf")
                && !parameters.has("anyOf");
    return empty ? new Tool(tool.name(), tool.description(), null) : tool;
  }

  private void add(Message message) {
    switch (message.role()) {
      case SYSTEM, DEVELOPER -> {} // already in the developer message
      case USER -> out.add(HarmonyMessage.of(Role.USER, message.content()));
      case ASSISTANT -> addAssistant(message);
      case TOOL -> out.add(HarmonyMessage.result(functionOf(message), message.content()));
    }
  }

  private void addAssistant(Message message) {
    boolean thought = message.reasoning() != null && !message.reasoning().isEmpty();
    if (thought) {
      out.add(HarmonyMessage.assistant(HarmonyMessage.ANALYSIS, message.reasoning()));
    }
    boolean calls = !message.toolCalls().isEmpty();
    if (!message.content().isEmpty() || !thought && !calls) {
      String channel = calls ? HarmonyMessage.COMMENTARY : HarmonyMessage.FINAL;
      out.add(HarmonyMessage.assistant(channel, message.content()));
    }
    for (ToolCall call : message.toolCalls()) {
      functionByCallId.put(call.id(), call.name());
      lastFunction = call.name();
      out.add(HarmonyMessage.call(call.name(), call.arguments()));
    }
  }

  private String functionOf(Message result) {
    String byId = result.toolCallId() == null ? null : functionByCallId.get(result.toolCallId());
    String function = byId != null ? byId : result.name() != null ? result.name() : lastFunction;
    if (function == null) {
      throw new InvalidRequest(
          "a tool message must answer a call of the conversation: tool_call_id="
              + result.toolCallId()
              + ", no call before it");
    }
    return function;
  }
}
