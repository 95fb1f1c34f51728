package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chats that go on another day, and answers under rules. */
class SessionFileTest {
  @TempDir Path folder;

  @Test
  void goesOnInAnotherProcess() throws Exception {
    String file = folder.resolve("talk").toString();
    Cli.runWithInput("My name is Tom.\n", "chat", "--session", file);
    var later = Cli.runWithInput("What is my name?\n", "chat", "--session", file);
    assertEquals(0, later.exitCode(), later.err());
    assertTrue(later.out().contains("Tom"), later.out());
    assertTrue(later.err().contains("going on from"), later.err());
    assertTrue(later.err().contains("cached)"), later.err());
  }

  @Test
  void computesTheConversationAgainWhereTheBlocksDoNotFit() throws Exception {
    String file = folder.resolve("talk").toString();
    Cli.runWithInput("My name is Tom.\n", "chat", "--session", file);
    var later =
        Cli.runWithInput("What is my name?\n", "chat", "--session", file, "--kv-type", "f32");
    assertTrue(later.out().contains("Tom"), later.out());
    assertTrue(later.err().contains("is computed again"), later.err());
  }

  @Test
  void anEncryptedSessionTellsNothingWithoutItsKey() throws Exception {
    Path file = folder.resolve("talk");
    Path key = folder.resolve("key");
    Files.writeString(key, "0123456789abcdef".repeat(4));
    Cli.runWithInput(
        "My name is Tom.\n",
        "chat",
        "--session",
        file.toString(),
        "--session-key-file",
        key.toString());
    assertFalse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("Tom"));
    var without = Cli.runWithInput("What is my name?\n", "chat", "--session", file.toString());
    assertEquals(1, without.exitCode());
    assertTrue(without.err().contains("is encrypted"), without.err());
    var with =
        Cli.runWithInput(
            "What is my name?\n",
            "chat",
            "--session",
            file.toString(),
            "--session-key-file",
            key.toString());
    assertTrue(with.out().contains("Tom"), with.out() + with.err());
  }

  @Test
  void aConversationThatIsForgottenDoesNotGoOn() throws Exception {
    Path file = folder.resolve("talk");
    String input = "My name is Tom.\n/clear\n";
    Cli.runWithInput(input, "chat", "--session", file.toString());
    assertFalse(Files.exists(file), "what was said is still there");
    Cli.runWithInput(input + "What is 17 + 25?\n", "chat", "--session", file.toString());
    var later = Cli.runWithInput("What is my name?\n", "chat", "--session", file.toString());
    assertTrue(later.err().contains("going on from"), later.err());
    assertFalse(later.out().contains("Tom"), later.out());
  }

  @Test
  void aSessionThatCannotBeKeptIsRefusedBeforeTheFirstMessage() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "zz");
    var badKey =
        refused("--session", folder.resolve("new").toString(), "--session-key-file", "" + key);
    assertTrue(badKey.contains("64 hexadecimal digits"), badKey);
    Path missing = folder.resolve("missing");
    var noFolder = refused("--session", missing.resolve("talk").toString());
    assertTrue(noFolder.contains(missing + ": no such folder"), noFolder);
    var isFolder = refused("--session", folder.toString());
    assertTrue(isFolder.contains(folder + ": is a folder"), isFolder);
  }

  private static String refused(String... options) {
    var arguments = new ArrayList<>(List.of("chat"));
    arguments.addAll(List.of(options));
    var run = Cli.runWithInput("hi\n", arguments.toArray(String[]::new));
    assertEquals(1, run.exitCode(), run.err());
    assertEquals("", run.out());
    return run.err();
  }

  @Test
  void anAnswerObeysASchemaFromAFile() throws Exception {
    Path schema = folder.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"type": "object", "properties": {"color": {"enum": ["red", "blue"]}}, "required": ["color"],
         "additionalProperties": false}""");
    var run = Cli.run("generate", "--json-schema", schema.toString(), "Which color has the sky?");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(
        new JsonMapper().readTree(run.out()).get("color").asText().matches("red|blue"), run.out());
  }

  @Test
  void anUnsupportedSchemaIsRefusedWithItsPlace() throws Exception {
    Path schema = folder.resolve("schema.json");
    Files.writeString(
        schema, "{\"type\": \"object\", \"properties\": {\"a\": {\"$dynamicRef\": \"#x\"}}}");
    var run = Cli.run("generate", "--json-schema", schema.toString(), "Anything");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("/properties/a"), run.err());
  }

  @Test
  void anAnswerMatchesARegularExpression() {
    var run = Cli.run("generate", "--regex", "[a-z]{3,5}!", "Say hello");
    assertTrue(run.out().strip().matches("[a-z]{3,5}!"), run.out() + run.err());
  }

  @Test
  void anAnswerThatWasCutBeforeItObeyedSaysSoInJsonToo() throws Exception {
    Path schema = Files.writeString(folder.resolve("s.json"), "{\"type\": \"object\"}");
    var run =
        Cli.run("generate", "--json", "--json-schema", schema.toString(), "-n", "2", "Anything");
    assertEquals(0, run.exitCode(), run.err());
    assertFalse(new JsonMapper().readTree(run.out()).path("obeys_rules").asBoolean(true));
    assertTrue(run.err().contains("cut before it obeyed"), run.err());
  }
}
