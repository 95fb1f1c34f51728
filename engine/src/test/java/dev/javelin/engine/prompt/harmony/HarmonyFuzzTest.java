package dev.javelin.engine.prompt.harmony;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.javelin.engine.Role;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.ByteTokenizer;
import dev.javelin.engine.prompt.RecordingSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random answers: any mixture of special tokens, words of headers, text and broken bytes. */
class HarmonyFuzzTest {
  private static final int RUNS = 100_000;
  private static final String[] SNIPPETS = {
    "assistant",
    "user",
    "system",
    "analysis",
    "commentary",
    "final",
    " to=functions.f",
    " to=python",
    " to=assistant",
    "to=",
    " json",
    "json",
    " ",
    "\n",
    "functions.f",
    "??",
    "-",
    "x",
    "{\"a\":1}",
    "\u20ac",
    "\uD83D\uDE00",
    ":",
    "analysis-",
  };

  private final ByteTokenizer tokenizer = ByteTokenizer.harmony();
  private final int start = special("<|start|>");
  private final int message = special("<|message|>");

  private int special(String text) {
    return tokenizer.id(text).getAsInt();
  }

  private int[] randomAnswer(Random random) {
    List<Integer> ids = new ArrayList<>();
    int pieces = random.nextInt(24);
    for (int i = 0; i < pieces; i++) {
      int kind = random.nextInt(20);
      if (kind < 9) {
        ids.add(256 + random.nextInt(9));
      } else if (kind < 18) {
        for (int id : tokenizer.encode(SNIPPETS[random.nextInt(SNIPPETS.length)], false)) {
          ids.add(id);
        }
      } else if (kind < 19) {
        ids.add(random.nextInt(256));
      } else {
        ids.add(random.nextInt());
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Bytes of ordinary tokens in content: behind a {@code <|message|>} that ends a header, up to the
   * next end or start.
   */
  private List<byte[]> contentBytes(int[] ids) {
    List<byte[]> contents = new ArrayList<>();
    ByteArrayOutputStream open = null;
    for (int id : ids) {
      boolean ends = id >= 256 + 4 && id <= 256 + 7;
      if (open == null) {
        open = id == message ? new ByteArrayOutputStream() : null;
      } else if (ends || id == start) {
        contents.add(open.toByteArray());
        open = null;
      } else if (id < 0 || id >= tokenizer.vocabularySize()) {
        open.writeBytes("\uFFFD".getBytes(StandardCharsets.UTF_8));
      } else if (id < 256) {
        open.write(id);
      }
    }
    if (open != null) {
      contents.add(open.toByteArray());
    }
    return contents;
  }

  @Test
  void deliversEveryByteOfContentAndNoSpecialToken() {
    Random random = new Random(20_250_101);
    for (int run = 0; run < RUNS; run++) {
      int[] ids = randomAnswer(random);
      MessageCollector collector = new MessageCollector();
      HarmonyParser parser = new HarmonyParser(tokenizer, Role.ASSISTANT, false, collector);
      StringBuilder deltas = new StringBuilder();
      for (int id : ids) {
        parser.accept(id);
        deltas.append(collector.takeDelta());
      }
      parser.end();
      deltas.append(collector.takeDelta());
      StringBuilder all = new StringBuilder();
      List<String> texts = new ArrayList<>();
      for (HarmonyMessage found : collector.messages()) {
        String text = ((HarmonyContent.Text) found.content()).text();
        all.append(text);
        texts.add(text);
      }
      assertEquals(all.toString(), deltas.toString(), "deltas joined are the messages");
      assertFalse(all.toString().contains("<|"), "a special token leaked");
      int at = 0;
      for (byte[] expected : contentBytes(ids)) {
        String text = new String(expected, StandardCharsets.UTF_8);
        int found = texts.subList(at, texts.size()).indexOf(text);
        assertFalse(
            found < 0, () -> "lost: '" + text + "' of " + tokenizerText(ids) + " in " + texts);
        at += found + 1;
      }
    }
  }

  @Test
  void everyMessageIsContentReasoningOrArguments() {
    Random random = new Random(7);
    for (int run = 0; run < RUNS; run++) {
      int[] ids = randomAnswer(random);
      MessageCollector collector = new MessageCollector();
      HarmonyParser parser = new HarmonyParser(tokenizer, Role.ASSISTANT, false, collector);
      AnswerParser answers = new HarmonyFormat(tokenizer, null).parser();
      RecordingSink sink = new RecordingSink();
      for (int id : ids) {
        parser.accept(id);
        answers.accept(id, sink);
      }
      parser.end();
      answers.end(sink);
      int expected = 0;
      for (HarmonyMessage found : collector.messages()) {
        expected += withoutNewlines(((HarmonyContent.Text) found.content()).text());
      }
      int actual =
          withoutNewlines(sink.content.toString()) + withoutNewlines(sink.reasoning.toString());
      for (StringBuilder arguments : sink.callArguments) {
        actual += withoutNewlines(arguments.toString());
      }
      assertEquals(expected, actual, () -> tokenizerText(ids));
    }
  }

  private static int withoutNewlines(
      String text) { // a newline may stand between two messages of one kind
    return text.replace("\n", "").length();
  }

  private String tokenizerText(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(
          id < 0 || id >= tokenizer.vocabularySize()
              ? "<" + id + ">"
              : tokenizer.decode(new int[] {id}));
    }
    return text.toString();
  }
}
