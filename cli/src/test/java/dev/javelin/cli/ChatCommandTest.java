package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations with the embedded model, typed in through a pipe. */
class ChatCommandTest {
  @Test
  void remembersWhatWasSaid() {
    var run = Cli.runWithInput("My name is Tom.\nWhat is my name?\n", "chat");
    assertEquals(0, run.exitCode(), run.err());
    var answers = run.out().lines().toList();
    assertEquals(2, answers.size(), run.out());
    assertTrue(answers.get(1).contains("Tom"), run.out());
  }

  @Test
  void forgetsWhenToldTo() {
    var run = Cli.runWithInput("My name is Tom.\n/clear\nWhat is my name?\n", "chat");
    assertTrue(!run.out().lines().toList().get(1).contains("Tom"), run.out());
  }

  @Test
  void endsWhereItIsTold() {
    var run = Cli.runWithInput("What is 1 + 1?\n/exit\nWhat is 2 + 2?\n", "chat");
    assertEquals(1, run.out().lines().count(), run.out());
    assertEquals(0, run.exitCode());
  }

  @Test
  void answersAgain() {
    var run = Cli.runWithInput("What is 17 + 25?\n/regen\n/stats off\n/regen\n", "chat");
    var answers = run.out().lines().toList();
    assertEquals(3, answers.size(), run.out());
    assertEquals(answers.get(0), answers.get(1));
    assertEquals(
        2, run.err().lines().filter(line -> line.startsWith("[prefill")).count(), run.err());
  }

  @Test
  void goesOnAfterAMistake() {
    var run =
        Cli.runWithInput(
            "/nonsense\n/set temperature hot\n/set colour 1\n/reasoning deep\n/read no-such-file\n/regen\nWhat is 17 + 25?\n",
            "chat");
    assertEquals(0, run.exitCode());
    assertTrue(run.out().contains("42"), run.out());
    assertEquals(
        6, run.err().lines().filter(line -> line.startsWith("javelin: ")).count() - 1, run.err());
  }

  @Test
  void readsAMessageOfSeveralLines() {
    var run = Cli.runWithInput("\"\"\"What is\n17 + 25?\"\"\"\n/save /dev/null\n", "chat");
    assertEquals(1, run.out().lines().count(), run.out());
  }

  @Test
  void readsAndSavesFiles(@TempDir Path folder) throws Exception {
    var question = Files.writeString(folder.resolve("question.txt"), "What is 17 + 25?\n");
    var saved = folder.resolve("chat.json");
    Cli.runWithInput("/read " + question + "\n/save " + saved + "\n", "chat");
    var text = Files.readString(saved);
    assertTrue(
        text.contains("\"user\"") && text.contains("\"assistant\"") && text.contains("42"), text);
  }

  @Test
  void changesSettingsAndShowsThem() {
    var run =
        Cli.runWithInput(
            "/set temperature 0.5\n/set top-k 40\n/set seed 3\n/reasoning high\n/system Be brief.\n/show\n",
            "chat");
    var shown = run.err().replaceAll(" +", " ");
    for (var line :
        new String[] {
          "temperature 0.5",
          "top-k 40",
          "seed 3",
          "reasoning high",
          "system Be brief.",
          "context 0 of 1664 tokens"
        }) {
      assertTrue(shown.contains(line), line + " in " + shown);
    }
  }

  @Test
  void helpsWithoutAskingTheModel() {
    var run = Cli.runWithInput("/help\n", "chat");
    assertEquals("", run.out());
    assertTrue(run.err().contains("/regen"), run.err());
  }

  @Test
  void keepsTheAnswerThatCouldNotBeGivenAgain() {
    var run =
        Cli.runWithInput(
            "My name is Tom.\n/system "
                + "word ".repeat(1800)
                + "\n/regen\n/system\nWhat is my name?\n",
            "chat");
    var answers = run.out().lines().toList();
    assertEquals(2, answers.size(), run.out() + run.err());
    assertTrue(answers.get(1).contains("Tom"), run.out());
  }

  @Test
  void saysWhatToDoWhenTheContextIsFull() {
    var run = Cli.runWithInput("word ".repeat(200) + "\n", "chat", "-c", "64");
    var last = run.err().lines().toList().getLast();
    assertTrue(last.contains("/clear") && last.contains("-c N"), last);
  }

  @Test
  void refusesAModelWithoutAChatFormatBeforeTheFirstMessage() {
    var model = Cli.shared("golden/models/gpt2-tiny-f32.gguf");
    var run = Cli.runWithInput("hi\nhi\n", "chat", "-m", model);
    assertEquals(1, run.exitCode(), run.err());
    var last = run.err().lines().toList().getLast();
    assertTrue(last.contains("--chat-template FILE") && last.contains("--raw"), last);
    assertEquals(2, run.err().lines().count(), run.err());
  }

  @Test
  void saysWhatACommandNeeds() {
    var run = Cli.runWithInput("/read\n/save\n/reasoning extreme\n", "chat");
    assertEquals(
        List.of(
            "javelin: /read needs a FILE",
            "javelin: /save needs a FILE",
            "javelin: /reasoning needs low, medium or high, not 'extreme'"),
        run.err().lines().skip(1).toList());
  }
}
