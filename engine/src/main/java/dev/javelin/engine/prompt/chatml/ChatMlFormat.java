package dev.javelin.engine.prompt.chatml;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.Message;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.prompt.PromptPieces;
import dev.javelin.engine.prompt.tagged.TaggedAnswerParser;
import dev.javelin.engine.prompt.tagged.TaggedGuides;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every message is {@code <|im_start|>ROLE}, newline, text, {@code <|im_end|>}, newline. A
 * conversation without a system message gets the model's own default line, if it has one. Tools are
 * listed in the system message, one JSON object a line between {@code <tools>} tags; calls and
 * results stand between {@code <tool_call>} and {@code <tool_response>} tags.
 */
public final class ChatMlFormat implements PromptFormat {
  /** What SmolLM2 was trained with when nobody gave it a system message. */
  public static final String SMOLLM_SYSTEM =
      "You are a helpful AI assistant named SmolLM, trained by Hugging Face";

  /** The same for Qwen2.5. */
  public static final String QWEN_SYSTEM =
      "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";

  private static final String START = "<|im_start|>";
  private static final String END = "<|im_end|>";

  private final Tokenizer tokenizer;
  private final TaggedGuides guides;
  private final String defaultSystem;

  /**
   * @param defaultSystem the system message of conversations without one; null: none
   */
  public ChatMlFormat(Tokenizer tokenizer, String defaultSystem) {
    this.tokenizer = tokenizer;
    this.guides = new TaggedGuides(tokenizer);
    this.defaultSystem = defaultSystem;
  }

  /** Whether the vocabulary has ChatML's tokens. */
  public static boolean fits(Tokenizer tokenizer) {
    return tokenizer.id(START).isPresent() && tokenizer.id(END).isPresent();
  }

  @Override
  public String name() {
    return "chatml";
  }

  @Override
  public String renderText(Conversation conversation) {
    return pieces(conversation).text();
  }

  @Override
  public int[] render(Conversation conversation) {
    return pieces(conversation).encode(tokenizer);
  }

  private PromptPieces pieces(Conversation conversation) {
    PromptPieces out = new PromptPieces();
    List<Message> messages = conversation.messages();
    boolean hasSystem = !messages.isEmpty() && instructs(messages.getFirst());
    String system = hasSystem ? messages.getFirst().content() : defaultSystem;
    if (!conversation.tools().isEmpty()) {
      system = (system == null ? "" : system + "\n\n") + toolText(conversation.tools());
    }
    if (system != null) {
      write(out, "system", system);
    }
    for (int i = hasSystem ? 1 : 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (message.role() != Role.TOOL) {
        write(
            out,
            instructs(message) ? "system" : message.role() == Role.USER ? "user" : "assistant",
            textOf(message));
        continue;
      }
      StringBuilder results =
          new StringBuilder(result(message)); // neighbouring results share one message
      while (i + 1 < messages.size() && messages.get(i + 1).role() == Role.TOOL) {
        results.append('\n').append(result(messages.get(++i)));
      }
      write(out, "user", results.toString());
    }
    return out.special(START).text("assistant\n");
  }

  private static boolean instructs(Message message) {
    return message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
  }

  private static void write(PromptPieces out, String role, String text) {
    out.special(START).text(role + "\n" + text).special(END).text("\n");
  }

  private static String textOf(Message message) {
    StringBuilder text = new StringBuilder(message.content());
    for (ToolCall call : message.toolCalls()) {
      text.append(text.isEmpty() ? "" : "\n").append("<tool_call>\n{\"name\": ");
      text.append(JsonNodeFactory.instance.textNode(call.name())).append(", \"arguments\": ");
      text.append(call.arguments()).append("}\n</tool_call>");
    }
    return text.toString();
  }

  private static String result(Message message) {
    return "<tool_response>\n" + message.content() + "\n</tool_response>";
  }

  private static String toolText(List<Tool> tools) {
    StringBuilder text = new StringBuilder("# Tools\n\nThese functions may be called:\n<tools>\n");
    for (Tool tool : tools) {
      ObjectNode function = JsonNodeFactory.instance.objectNode().put("name", tool.name());
      if (tool.description() != null) {
        function.put("description", tool.description());
      }
      if (tool.parameters() != null) {
        function.set("parameters", tool.parameters());
      }
      text.append("{\"type\":\"function\",\"function\":").append(function).append("}\n");
    }
    return text.append(
            "</tools>\n\nA call is a JSON object with the name and the arguments, between tags:\n")
        .append(
            "<tool_call>\n{\"name\": <function-name>, \"arguments\": <arguments-object>}\n</tool_call>")
        .toString();
  }

  @Override
  public AnswerParser parser() {
    return new TaggedAnswerParser(tokenizer, false, true);
  }

  @Override
  public AnswerParser parser(List<Tool> tools, int[] promptIds) {
    return new TaggedAnswerParser(tokenizer, false, !tools.isEmpty());
  }

  @Override
  public Optional<AnswerGuide> guide(AnswerRules rules) {
    return rules.calls().isEmpty() && rules.constraint().isEmpty()
        ? Optional.empty()
        : Optional.of(guides.of(rules, TaggedGuides.Thinking.NONE));
  }

  @Override
  public Set<Integer> stopTokens() {
    return tokenizer.endTokens();
  }

  @Override
  public boolean supportsReasoning() {
    return false;
  }
}
