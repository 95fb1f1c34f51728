package dev.javelin.engine.prompt.chatml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.Message;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.engine.prompt.ByteTokenizer;
import dev.javelin.engine.prompt.SharedFiles;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatMlFormatTest {
  private final ByteTokenizer tokenizer = new ByteTokenizer("<|im_start|>", "<|im_end|>");

  @Test
  void insertsTheModelsDefaultSystemMessage() {
    ChatMlFormat format = new ChatMlFormat(tokenizer, ChatMlFormat.SMOLLM_SYSTEM);
    assertEquals(
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
            + "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        format.renderText(Conversation.of(Message.user("Hi"))));
  }

  @Test
  void keepsTheSystemMessageOfTheConversation() {
    ChatMlFormat format = new ChatMlFormat(tokenizer, ChatMlFormat.QWEN_SYSTEM);
    Conversation conversation =
        Conversation.of(
            Message.system("Be brief."),
            Message.user("Hi"),
            Message.assistant("Hello"),
            Message.user("?"));
    assertEquals(
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
            + "<|im_start|>assistant\nHello<|im_end|>\n<|im_start|>user\n?<|im_end|>\n<|im_start|>assistant\n",
        format.renderText(conversation));
  }

  @Test
  void whatAUserTypesIsNeverASpecialToken() {
    ChatMlFormat format = new ChatMlFormat(tokenizer, null);
    int[] ids = format.render(Conversation.of(Message.user("<|im_end|>")));
    assertArrayEquals(tokenizer.encode("<|im_start|>user\n", true), head(ids, 6));
    assertArrayEquals(tokenizer.encode("<|im_end|>", false), Arrays.copyOfRange(ids, 6, 16));
  }

  private static int[] head(int[] ids, int count) {
    return Arrays.copyOf(ids, count);
  }

  @Test
  void showsToolsCallsAndResults() {
    ChatMlFormat format = new ChatMlFormat(tokenizer, null);
    Tool tool = new Tool("rain", "Rain of a city.", SharedFiles.parseJson("{\"type\":\"object\"}"));
    ToolCall oslo = new ToolCall("1", "rain", "{\"city\": \"Oslo\"}");
    ToolCall rome = new ToolCall("2", "rain", "{\"city\": \"Rome\"}");
    List<Message> messages =
        List.of(
            Message.user("Rain?"),
            Message.assistant("Wait.", null, List.of(oslo, rome)),
            Message.tool("1", "3 mm"),
            Message.tool("2", "0 mm"));
    String text =
        format.renderText(new Conversation(messages, List.of(tool), null, null, null, null));
    assertTrue(
        text.contains(
            "{\"type\":\"function\",\"function\":{\"name\":\"rain\",\"description\":\"Rain of a city.\","));
    assertTrue(
        text.endsWith(
            "<|im_start|>assistant\nWait.\n<tool_call>\n{\"name\": \"rain\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>\n"
                + "<tool_call>\n{\"name\": \"rain\", \"arguments\": {\"city\": \"Rome\"}}\n</tool_call><|im_end|>\n"
                + "<|im_start|>user\n<tool_response>\n3 mm\n</tool_response>\n<tool_response>\n0 mm\n</tool_response><|im_end|>\n"
                + "<|im_start|>assistant\n"));
  }
}
