package dev.javelin.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Message;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.TokenLogProbability;
import dev.javelin.engine.Tool;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerSink;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentLogprobsTest {
  private static final String TAGS =
      "{% for m in messages %}{{ m.content }}{% endfor %}{# <think> <tool_call> #}";

  /** Hands the tokens of each piece of the content out, as a handler does. */
  private static final class Pieces implements AnswerSink {
    final StringBuilder content = new StringBuilder();
    final StringBuilder tokens = new StringBuilder();
    final ContentLogprobs logprobs;

    Pieces(ContentLogprobs logprobs) {
      this.logprobs = logprobs;
    }

    @Override
    public void content(String piece) {
      content.append(piece);
      for (ContentLogprobs.Placed placed : logprobs.take(piece)) {
        assertEquals(tokens.length(), placed.start());
        tokens.append(new String(placed.token().bytes(), StandardCharsets.UTF_8));
      }
    }

    @Override
    public void reasoning(String piece) {}

    @Override
    public void toolCall(int index, String name) {}

    @Override
    public void toolArguments(int index, String piece) {}

    @Override
    public void malformed(String what) {}
  }

  @Test
  void thoughtsCallsAndTheWhiteSpaceBesideThemHaveNoTokensInTheAnswer() {
    check("<think>\nHmm, a < b.</think>\n\nHi there, a < b!", "Hi there, a < b!");
    check("\n\nHi <tool", "\n\nHi <tool");
    check(
        "Let me see. <tool_call>{\"name\":\"look\",\"arguments\":{}}</tool_call>\nDone.",
        "Let me see.Done.");
  }

  private static void check(String written, String content) {
    EngineOptions options = EngineOptions.defaults().withThreads(1).withChatTemplate(TAGS);
    try (LanguageModel model = LanguageModel.openDemo(options)) {
      Tool tool = new Tool("look", null, null);
      Conversation conversation =
          new Conversation(List.of(Message.user("Hi")), List.of(tool), null, null, null, null);
      Prompt prompt = new Prompt.Chat(conversation);
      AnswerParser parser =
          model.promptFormat().orElseThrow().parser(conversation.tools(), model.promptIds(prompt));
      ContentLogprobs logprobs = new ContentLogprobs(model, prompt);
      Pieces pieces = new Pieces(logprobs);
      for (int id : model.tokenizer().encode(written, false)) {
        byte[] bytes = model.tokenizer().bytes(id);
        logprobs.chosen(new TokenLogProbability(id, bytes, 0, List.of()));
        parser.accept(id, pieces);
      }
      parser.end(pieces);
      assertEquals(content, pieces.content.toString());
      assertEquals(content, pieces.tokens.toString());
    }
  }
}
