package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks the embedded model, and holds streams, JSON and exit codes to what scripts rely on. */
class GenerateCommandTest {
  private static final String QUESTION = "What is 17 + 25?";

  @Test
  void formsTheConversationByTheGivenTemplate(@TempDir Path folder) throws Exception {
    var harmony =
        "<|start|>system<|message|>You are a tiny demo model.\nKnowledge cutoff: 2024-06\n\nReasoning: low\n\n"
            + "# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>"
            + "{% for m in messages %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endfor %}<|start|>assistant<|channel|>final<|message|>";
    var file = Files.writeString(folder.resolve("harmony.jinja"), harmony).toString();
    var run = Cli.run("generate", "--chat-template", file, "--temp", "0", "What is 17 + 25?");
    assertTrue(run.out().contains("42"), run.out() + run.err());
    var broken = Files.writeString(folder.resolve("broken.jinja"), "{{ }}").toString();
    assertEquals(1, Cli.run("generate", "--chat-template", broken, "Hi").exitCode());
  }

  @Test
  void printsTheAnswerAloneOnStandardOutput() {
    var run = Cli.run("generate", QUESTION);
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("42"), run.out());
    assertFalse(run.out().contains("<|"), run.out());
    assertEquals(1, run.out().lines().count(), run.out());
  }

  @Test
  void saysOnStandardErrorWhichModelItTookAndHowFastItWas() {
    var lines = Cli.run("generate", QUESTION).err().lines().toList();
    assertEquals("javelin: no -m FILE given: using the tiny embedded demo model", lines.getFirst());
    assertTrue(
        lines
            .getLast()
            .matches(
                "\\[prefill \\d+ tokens, [\\d.]+ t/s \\| decode \\d+ tokens, [\\d.]+ t/s \\| first token after [\\d.]+ s\\]"),
        lines.toString());
    assertEquals(2, lines.size(), lines.toString());
  }

  @Test
  void readsThePromptFromStandardInput() {
    assertEquals(
        Cli.run("generate", QUESTION).out(),
        Cli.runWithInput(QUESTION + "\n", "generate", "-").out());
  }

  @Test
  void printsOneJsonObject() throws Exception {
    var run = Cli.run("generate", "--json", "--reasoning", "high", QUESTION);
    var json = parse(run);
    assertTrue(json.get("text").textValue().contains("42"), run.out());
    assertFalse(json.get("reasoning").textValue().isEmpty(), run.out());
    assertEquals("stop", json.get("finish_reason").textValue());
    assertEquals(json.at("/usage/completion_tokens").intValue(), json.get("ids").size());
    assertTrue(json.at("/usage/prompt_tokens").intValue() > 10, run.out());
    assertTrue(json.at("/timings/first_token_ms").doubleValue() > 0, run.out());
    assertTrue(json.get("tool_calls").isArray(), run.out());
  }

  @Test
  void thinksAsLongAsItIsTold() throws Exception {
    var low = parse(Cli.run("generate", "--json", "--reasoning", "low", QUESTION));
    var high = parse(Cli.run("generate", "--json", "--reasoning", "high", QUESTION));
    assertTrue(
        low.get("reasoning").textValue().length() < high.get("reasoning").textValue().length());
  }

  @Test
  void hidesReasoningFromAPipeAndDimsItOnATerminal() throws Exception {
    var reasoning = parse(Cli.run("generate", "--json", QUESTION)).get("reasoning").textValue();
    var piped = Cli.run("generate", QUESTION);
    assertFalse((piped.out() + piped.err()).contains(reasoning), "the thought is hidden");
    var shown = Cli.runOnTerminal("generate", QUESTION);
    assertEquals(piped.out(), shown.out(), "standard output is the answer alone on a terminal too");
    assertTrue(shown.err().replaceAll("\u001b\\[\\d+m", "").contains(reasoning), shown.err());
    if (System.getenv("NO_COLOR") == null) {
      assertTrue(
          shown.err().contains("\u001b[2m") && shown.err().contains("\u001b[22m"), shown.err());
    }
  }

  @Test
  void feedsRawTextWithoutAChatFormat() throws Exception {
    var prompt =
        "<|start|>user<|message|>"
            + QUESTION
            + "<|end|><|start|>assistant<|channel|>final<|message|>";
    var json = parse(Cli.run("generate", "--raw", "--json", prompt));
    int textTokens = Cli.run("tokenize", "--special", prompt).out().strip().split(" ").length;
    assertEquals(textTokens, json.at("/usage/prompt_tokens").intValue());
    assertTrue(json.get("text").textValue().contains("42"), json.toString());
  }

  @Test
  void stopsAtTheTokenLimit() throws Exception {
    var json = parse(Cli.run("generate", "--json", "-n", "3", QUESTION));
    assertEquals(3, json.get("ids").size());
    assertEquals("length", json.get("finish_reason").textValue());
    assertTrue(Cli.run("generate", "-n", "3", QUESTION).err().contains("cut at the token limit"));
  }

  @Test
  void answersTheSameWithTheSameSeed() {
    var hot =
        new String[] {"generate", "--temp", "1.5", "--seed", "7", "Tell me a story about a fox."};
    var other =
        new String[] {"generate", "--temp", "1.5", "--seed", "8", "Tell me a story about a fox."};
    var first = Cli.run(hot).out();
    assertEquals(first, Cli.run(hot).out());
    assertNotEquals(first, Cli.run(other).out());
  }

  @Test
  void endsTheAnswerBeforeAStopText() {
    assertEquals("17 + 25\n", Cli.run("generate", "--stop", " =", QUESTION).out());
  }

  @Test
  void refusesWrongUsageWithTwo() {
    for (var arguments :
        new String[][] {
          {"generate"},
          {"generate", "--reasoning", "deep", QUESTION},
          {"generate", "-n", "many", QUESTION},
          {"generate", "--kv-type", "f64", QUESTION},
          {"generate", "--no-such-option", QUESTION},
          {"generate", "--temp", "-1", QUESTION},
          {"generate", "--top-p", "2", QUESTION},
          {"generate", "-n", "0", QUESTION},
          {"generate", "-t", "-1", QUESTION},
          {"generate", "-t", "1025", QUESTION},
          {"generate", "-c", "-5", QUESTION},
          {"nothing"},
          {}
        }) {
      var run = Cli.run(arguments);
      assertEquals(2, run.exitCode(), String.join(" ", arguments));
      assertEquals(1, run.err().lines().count(), run.err());
      assertEquals("", run.out());
    }
  }

  @Test
  void reportsAMissingFileInOneLineAndTheTraceOnlyWhenAsked() {
    var run = Cli.run("generate", "-m", "no-such-file.gguf", QUESTION);
    assertEquals(1, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("no-such-file.gguf"), run.err());
    var verbose = Cli.run("generate", "--verbose", "-m", "no-such-file.gguf", QUESTION);
    assertTrue(verbose.err().contains("\tat dev.javelin"), verbose.err());
  }

  @Test
  void refusesAContextThatDoesNotFitTheMachine() {
    var run = Cli.run("generate", "-c", "2147483647", QUESTION);
    assertEquals(1, run.exitCode());
    var last = run.err().lines().toList().getLast();
    assertTrue(last.contains("2147483647") && last.contains("--kv-type q8_0"), last);
    assertFalse(last.contains("Xmx"), last);
  }

  @Test
  void tellsOfMoreHeapOnlyWhereTheHeapIsFull() {
    assertTrue(FailureReport.describe(new OutOfMemoryError("Java heap space")).contains("-Xmx"));
    var other = FailureReport.describe(new OutOfMemoryError("unable to create native thread"));
    assertEquals("out of memory (unable to create native thread)", other);
  }

  @Test
  void refusesAPromptThatDoesNotFitTheContext() {
    var run = Cli.run("generate", "-c", "64", "word ".repeat(200));
    assertEquals(1, run.exitCode());
    assertEquals(2, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("with -c"), run.err());
  }

  @Test
  void saysHowAModelWithoutAChatFormatCanBeUsed() {
    var model = Cli.shared("golden/models/gpt2-tiny-f32.gguf");
    var run = Cli.run("generate", "-m", model, "hi");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("--raw") && run.err().contains("--chat-template"), run.err());
    assertEquals(0, Cli.run("generate", "-m", model, "--raw", "-n", "2", "hi").exitCode());
  }

  @Test
  void stopsWhenNobodyReadsTheAnswerAnyMore() {
    var closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var err = new ByteArrayOutputStream();
    var streams =
        new Terminal(
            InputStream.nullInputStream(),
            new StandardOutput(closed, StandardCharsets.UTF_8),
            new PrintStream(err, true),
            false,
            false,
            false);
    assertEquals(1, JavelinCli.run(streams, "generate", "Tell me a story about a fox."));
    assertTrue(err.toString().contains("standard output was closed"), err.toString());
  }

  @Test
  void doesNotTakeAnAtSignForAFile() {
    assertEquals(0, Cli.run("generate", "-n", "2", "@nobody").exitCode());
  }

  private static JsonNode parse(Run run) throws Exception {
    assertEquals(0, run.exitCode(), run.err());
    return new JsonMapper().readTree(run.out());
  }

  @Test
  void takesTheNamesAndMeaningsOfLlamaCpp() throws Exception {
    var raw = new String[] {"generate", "--json", "--raw", "--temp", "0"};
    assertEquals(3, ids(raw, "-n", "3", "Once").size());
    assertEquals(3, ids(raw, "--n-predict", "3", "Once").size());
    assertEquals(3, ids(raw, "--predict", "3", "Once").size());
    var full = ids(raw, "-n", "-1", "--ctx-size", "32", "Once");
    assertEquals(ids(raw, "-c", "32", "Once"), full);
    var hot = new String[] {"generate", "--json", "--raw", "--temp", "2", "-n", "40"};
    assertNotEquals(ids(hot, "--seed", "-1", "Once"), ids(hot, "--seed", "-1", "Once"));
  }

  private static JsonNode ids(String[] command, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of(more));
    return parse(Cli.run(arguments.toArray(String[]::new))).get("ids");
  }

  @Test
  void saysHowFarTheRepetitionPenaltyMayLook() {
    var run = Cli.run("generate", "--repeat-last-n", "-5", QUESTION);
    assertEquals(2, run.exitCode());
    assertTrue(
        run.err().startsWith("javelin: --repeat-last-n must be -1 (all) or more: -5;"), run.err());
  }
}
