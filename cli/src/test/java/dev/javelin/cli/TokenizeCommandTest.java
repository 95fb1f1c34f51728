package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Text to ids and back, with the embedded vocabulary and, where they are, with real ones. */
class TokenizeCommandTest {
  private static final String TEXT = "Hello, 42 wörld!  \n日本 😀";

  @Test
  void decodesWhatItEncoded() {
    var ids = Cli.run("tokenize", TEXT).out().strip();
    assertTrue(ids.matches("\\d+( \\d+)+"), ids);
    assertEquals(TEXT + "\n", Cli.run("tokenize", "--decode", ids).out());
    assertEquals(TEXT + "\n", Cli.run("tokenize", "--decode", ids.replace(' ', ',')).out());
    assertEquals(TEXT + "\n", Cli.runWithInput(ids + "\n", "tokenize", "--decode", "-").out());
  }

  @Test
  void readsStandardInputToTheLastByte() {
    assertEquals(
        Cli.run("tokenize", "a b\n").out(), Cli.runWithInput("a b\n", "tokenize", "-").out());
  }

  @Test
  void recognisesSpecialTokensOnlyWhenAsked() {
    var plain = Cli.run("tokenize", "<|end|>").out().strip();
    var special = Cli.run("tokenize", "--special", "<|end|>").out().strip();
    assertTrue(plain.contains(" "), plain);
    assertTrue(special.matches("\\d+"), special);
    assertEquals("<|end|>\n", Cli.run("tokenize", "--decode", special).out());
  }

  @Test
  void printsALineOfIdsForEachJsonString() {
    var run = Cli.runWithInput("\"a b\"\n\"\"\n\"\\u00e9\\n\"\n", "tokenize", "--jsonl");
    var lines = run.out().split("\n", -1);
    assertEquals(4, lines.length, run.out());
    assertEquals(Cli.run("tokenize", "a b").out().strip(), lines[0]);
    assertEquals("", lines[1]);
    assertEquals(Cli.run("tokenize", "é\n").out().strip(), lines[2]);
  }

  @Test
  void namesTheLineThatIsNoJsonString() {
    var broken = Cli.runWithInput("\"a\"\n\"b\n", "tokenize", "--jsonl");
    assertEquals(1, broken.exitCode());
    assertTrue(broken.err().contains("line 2 of standard input is not JSON"), broken.err());
    assertTrue(
        Cli.runWithInput("7\n", "tokenize", "--jsonl")
            .err()
            .contains("line 1 of standard input is not a JSON string"));
  }

  @Test
  void printsIdsAndTextsAsJson() throws Exception {
    var json = new JsonMapper().readTree(Cli.run("tokenize", "--json", "What is this?").out());
    assertEquals(json.get("ids").size(), json.get("tokens").size());
    var joined = new StringBuilder();
    json.get("tokens").forEach(token -> joined.append(token.textValue()));
    assertEquals("What is this?", joined.toString());
  }

  @Test
  void refusesIdsThatAreNoneOrNotInTheVocabulary() {
    assertEquals(2, Cli.run("tokenize", "--decode", "1 x").exitCode());
    assertEquals(1, Cli.run("tokenize", "--decode", "1 99999999").exitCode());
    assertEquals(1, Cli.run("tokenize", "--decode", "-1").exitCode());
    assertEquals(2, Cli.run("tokenize").exitCode());
    assertEquals(2, Cli.run("tokenize", "--jsonl", "text").exitCode());
  }

  @Test
  void worksOnAFileThatHoldsAVocabularyAlone() throws Exception {
    var vocabularies = Path.of(Cli.shared("vocab"));
    try (var files = Files.newDirectoryStream(vocabularies, "*gpt-2*.gguf")) {
      for (var file : files) {
        assertEquals(
            "31373 995\n", Cli.run("tokenize", "-m", file.toString(), "hello world").out());
      }
    }
  }
}
