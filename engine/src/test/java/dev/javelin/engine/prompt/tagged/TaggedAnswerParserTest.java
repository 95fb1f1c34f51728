package dev.javelin.engine.prompt.tagged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.javelin.engine.prompt.ByteTokenizer;
import dev.javelin.engine.prompt.RecordingSink;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaggedAnswerParserTest {
  private final ByteTokenizer tokenizer =
      new ByteTokenizer("<|im_end|>", "<tool_call>", "</tool_call>");

  private RecordingSink read(boolean thinking, boolean calls, boolean special, String answer) {
    TaggedAnswerParser parser = new TaggedAnswerParser(tokenizer, thinking, calls);
    RecordingSink sink = new RecordingSink();
    for (int id : tokenizer.encode(answer, special)) {
      parser.accept(id, sink);
    }
    parser.end(sink);
    return sink;
  }

  @Test
  void anAnswerWithoutTagsIsContentToTheByte() {
    assertEquals(
        " \n a < b </x> \n  |  | ",
        read(false, true, true, " \n a < b </x> \n <|im_end|>").toString());
  }

  @Test
  void aThoughtAtTheBeginningIsReasoning() {
    assertEquals(
        "Hi. | Hm. | ", read(false, true, true, "<think>\nHm.\n</think>\n\nHi.").toString());
    assertEquals("Hi. |  | ", read(false, true, true, "<think>\n\n</think>\n\nHi.").toString());
    assertEquals(" | Hm | ", read(false, true, true, "\n<think>\nHm").toString());
  }

  @Test
  void aThoughtThatThePromptHasOpenedIsReasoning() {
    assertEquals("Hi. | Hm. | ", read(true, false, true, "Hm.\n</think>\n\nHi.").toString());
  }

  @Test
  void aTagInTheMiddleOfTheContentIsText() {
    assertEquals(
        "Write <think> twice.</think> |  | ",
        read(false, true, true, "Write <think> twice.</think>").toString());
  }

  @Test
  void aCallIsTakenOutWithItsArgumentsAsWritten() {
    String call =
        "<tool_call>\n{\"name\": \"rain\", \"arguments\": {\"city\":  \"Oslo\", \"n\": [1, {}]}}\n</tool_call>";
    for (boolean special : new boolean[] {false, true}) {
      assertEquals(
          "Wait. |  | rain({\"city\":  \"Oslo\", \"n\": [1, {}]})",
          read(false, true, special, "Wait.\n" + call).toString());
      assertEquals(
          " |  | rain({\"city\":  \"Oslo\", \"n\": [1, {}]}) f(1)",
          read(
                  false,
                  true,
                  special,
                  call + "\n<tool_call>{\"arguments\": 1, \"name\": \"f\"}</tool_call>")
              .toString());
    }
  }

  @Test
  void aCallWithoutItsEndIsACallIfItIsComplete() {
    assertEquals(
        " |  | f({})",
        read(false, true, true, "<tool_call>{\"name\": \"f\", \"arguments\": {}}").toString());
  }

  @Test
  void aBrokenCallStaysTextAndIsReported() {
    for (String body :
        new String[] {"{\"name\": \"f\", \"arg", "[1]", "{\"arguments\": {}}", "{} {}", "x"}) {
      RecordingSink sink = read(false, true, true, "<tool_call>" + body + "</tool_call>");
      assertEquals("<tool_call>" + body + "</tool_call> |  | ", sink.toString());
      assertFalse(sink.malformed.isEmpty());
    }
  }

  @Test
  void withoutToolsACallIsText() {
    String text = "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>";
    assertEquals(text + " |  | ", read(false, false, false, text).toString());
  }

  @Test
  void neverThrowsAndLosesNoTextButWhiteSpaceAndTags() {
    String[] snippets = {
      "<think>",
      "</think>",
      "<tool_call>",
      "</tool_call>",
      "{\"name\":\"f\"}",
      " ",
      "\n",
      "<",
      "<thi",
      "</tool",
      "QQ",
      "\u20ac"
    };
    Random random = new Random(3);
    for (int run = 0; run < 20_000; run++) {
      StringBuilder answer = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        answer.append(snippets[random.nextInt(snippets.length)]);
      }
      RecordingSink sink =
          read(random.nextBoolean(), true, random.nextBoolean(), answer.toString());
      assertEquals(
          letters(answer.toString()),
          letters(sink.content.toString()) + letters(sink.reasoning.toString()),
          answer::toString);
    }
  }

  private static int letters(String text) { // none of them is in a tag
    return text.replaceAll("[^Q\u20ac]", "").length();
  }
}
