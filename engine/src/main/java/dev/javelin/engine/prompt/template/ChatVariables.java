package dev.javelin.engine.prompt.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.Message;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.engine.prompt.jinja.JsonValues;
import dev.javelin.engine.prompt.jinja.Str;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A conversation as the variables that templates expect. All texts of messages, calls and tools are
 * foreign; roles and the names of keys are ours.
 *
 * @param parsedArguments whether a call's arguments are an object, as most templates expect, or the
 *     JSON text
 * @param developerRole whether the template knows developer messages; if not, they are system
 *     messages
 * @param mergedSystem whether instructions are put in front of the first user message, for
 *     templates without a system role
 */
record ChatVariables(boolean parsedArguments, boolean developerRole, boolean mergedSystem) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Map<String, Object> of(Conversation conversation) {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("messages", messages(conversation.messages()));
    if (!conversation.tools().isEmpty()) {
      List<Object> tools = new ArrayList<>();
      conversation.tools().forEach(tool -> tools.add(tool(tool)));
      variables.put("tools", tools);
    }
    variables.put("add_generation_prompt", true);
    if (conversation.reasoning() != null) {
      variables.put("reasoning_effort", Str.own(conversation.reasoning().text()));
    }
    if (conversation.identity() != null) {
      variables.put("model_identity", Str.foreign(conversation.identity()));
    }
    return variables;
  }

  private List<Object> messages(List<Message> messages) {
    List<Object> list = new ArrayList<>();
    StringBuilder instructions = new StringBuilder();
    for (Message message : messages) {
      boolean instructs = message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
      if (instructs && mergedSystem) {
        instructions.append(message.content()).append("\n\n");
      } else if (message.role() == Role.USER && !instructions.isEmpty()) {
        list.add(message(Message.user(instructions + message.content())));
        instructions.setLength(0);
      } else {
        list.add(message(message));
      }
    }
    return list;
  }

  private Map<Object, Object> message(Message message) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    Role role = message.role() == Role.DEVELOPER && !developerRole ? Role.SYSTEM : message.role();
    put(dict, "role", Str.own(role.name().toLowerCase(Locale.ROOT)));
    put(dict, "content", Str.foreign(message.content()));
    if (message.reasoning() != null && !message.reasoning().isEmpty()) {
      for (String name :
          List.of(
              "reasoning_content", "reasoning", "thinking")) { // templates disagree about the name
        put(dict, name, Str.foreign(message.reasoning()));
      }
    }
    if (!message.toolCalls().isEmpty()) {
      List<Object> calls = new ArrayList<>();
      message.toolCalls().forEach(call -> calls.add(call(call)));
      put(dict, "tool_calls", calls);
    }
    if (message.toolCallId() != null) {
      put(dict, "tool_call_id", Str.foreign(message.toolCallId()));
    }
    if (message.name() != null) {
      put(dict, "name", Str.foreign(message.name()));
    }
    return dict;
  }

  private Map<Object, Object> call(ToolCall call) {
    Map<Object, Object> function = new LinkedHashMap<>();
    put(function, "name", Str.foreign(call.name()));
    put(function, "arguments", arguments(call.arguments()));
    Map<Object, Object> dict = new LinkedHashMap<>();
    put(dict, "id", Str.foreign(call.id()));
    put(dict, "type", Str.own("function"));
    put(dict, "function", function);
    return dict;
  }

  private Object arguments(String text) {
    if (parsedArguments) {
      try {
        JsonNode parsed = JSON.readTree(text);
        if (parsed.isObject()) {
          return JsonValues.of(parsed);
        }
      } catch (JsonProcessingException e) {
        // a model wrote it, so it need not be JSON: the text itself then
      }
    }
    return Str.foreign(text);
  }

  private static Map<Object, Object> tool(Tool tool) {
    Map<Object, Object> function = new LinkedHashMap<>();
    put(function, "name", Str.foreign(tool.name()));
    if (tool.description() != null) {
      put(function, "description", Str.foreign(tool.description()));
    }
    if (tool.parameters() != null) {
      put(function, "parameters", JsonValues.of(tool.parameters()));
    }
    Map<Object, Object> dict = new LinkedHashMap<>();
    put(dict, "type", Str.own("function"));
    put(dict, "function", function);
    return dict;
  }

  private static void put(Map<Object, Object> dict, String key, Object value) {
    dict.put(Str.own(key), value);
  }
}
