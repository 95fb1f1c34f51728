package dev.javelin.engine.remote;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.Message;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.Locale;

/** A request as the body that a server takes. What a server cannot be told is refused here. */
final class RequestJson {
  /** What a server does when it is told nothing: these values need not be sent. */
  static final SamplingParameters NEUTRAL = SamplingParameters.GREEDY.withTemperature(1);

  private static final JsonMapper MAPPER = new JsonMapper();

  private RequestJson() {}

  /** Where a request goes, below the server's address. */
  static String path(GenerationRequest request) {
    return request.prompt() instanceof Prompt.Chat ? "/chat/completions" : "/completions";
  }

  static ObjectNode of(String model, GenerationRequest request) {
    refuse(request.rules().isPresent(), "compiled rules; say the form in the conversation");
    refuse(request.keepBlocks() || request.past().isPresent(), "keys and values to keep");
    refuse(request.ignoreEnd(), "to write on after the end");
    refuse(request.topLogProbabilities().isPresent(), "log-probabilities by token id");
    ObjectNode body = MAPPER.createObjectNode().put("model", model).put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    switch (request.prompt()) {
      case Prompt.Chat(Conversation conversation) -> conversation(body, conversation);
      case Prompt.Text text -> body.put("prompt", text.text());
      case Prompt.Ids ids -> {
        ArrayNode array = body.putArray("prompt");
        for (int id : ids.ids()) {
          array.add(id);
        }
      }
    }
    request.maxTokens().ifPresent(most -> body.put("max_tokens", most));
    if (!request.stop().isEmpty()) {
      request.stop().forEach(body.putArray("stop")::add);
    }
    request.sampling().ifPresent(sampling -> sampling(body, sampling));
    return body;
  }

  private static void refuse(boolean asked, String what) {
    if (asked) {
      throw new NotSupported("a server cannot be asked for " + what);
    }
  }

  private static void conversation(ObjectNode body, Conversation conversation) {
    ArrayNode messages = body.putArray("messages");
    conversation.messages().forEach(message -> message(messages.addObject(), message));
    if (!conversation.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools");
      conversation.tools().forEach(tool -> tool(tools.addObject(), tool));
    }
    if (conversation.reasoning() != null) {
      body.put("reasoning_effort", conversation.reasoning().text());
    }
    if (conversation.responseFormat() != null) {
      ObjectNode schema =
          body.putObject("response_format").put("type", "json_schema").putObject("json_schema");
      schema.put("name", conversation.responseFormat().name()).put("strict", true);
      schema.set("schema", conversation.responseFormat().schema());
    }
  }

  private static void message(ObjectNode json, Message message) {
    json.put("role", message.role().name().toLowerCase(Locale.ROOT));
    json.put("content", message.content());
    if (message.role() == Role.TOOL && message.toolCallId() != null) {
      json.put("tool_call_id", message.toolCallId());
    }
    if (message.reasoning() != null && !message.reasoning().isEmpty()) {
      json.put("reasoning_content", message.reasoning());
    }
    if (!message.toolCalls().isEmpty()) {
      ArrayNode calls = json.putArray("tool_calls");
      for (ToolCall call : message.toolCalls()) {
        ObjectNode node = calls.addObject().put("id", call.id()).put("type", "function");
        node.putObject("function").put("name", call.name()).put("arguments", call.arguments());
      }
    }
  }

  private static void tool(ObjectNode json, Tool tool) {
    ObjectNode function = json.put("type", "function").putObject("function");
    function.put("name", tool.name());
    if (tool.description() != null) {
      function.put("description", tool.description());
    }
    if (tool.parameters() != null) {
      function.set("parameters", tool.parameters());
    }
  }

  private static void sampling(ObjectNode body, SamplingParameters wanted) {
    put(body, "temperature", wanted.temperature(), NEUTRAL.temperature());
    put(body, "top_p", wanted.topP(), NEUTRAL.topP());
    put(body, "min_p", wanted.minP(), NEUTRAL.minP());
    put(body, "repetition_penalty", wanted.repetitionPenalty(), NEUTRAL.repetitionPenalty());
    put(body, "presence_penalty", wanted.presencePenalty(), NEUTRAL.presencePenalty());
    put(body, "frequency_penalty", wanted.frequencyPenalty(), NEUTRAL.frequencyPenalty());
    if (wanted.topK() != NEUTRAL.topK()) {
      body.put("top_k", wanted.topK());
    }
    wanted.seed().ifPresent(seed -> body.put("seed", seed));
    if (!wanted.logitBias().isEmpty()) {
      ObjectNode biases = body.putObject("logit_bias");
      wanted.logitBias().forEach((id, bias) -> biases.put(Integer.toString(id), bias));
    }
  }

  private static void put(ObjectNode body, String name, float wanted, float neutral) {
    if (wanted != neutral) {
      body.put(name, wanted);
    }
  }
}
