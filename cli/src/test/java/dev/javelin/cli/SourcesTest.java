package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.server.JavelinServer;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Profile;
import dev.javelin.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What -m takes, and what is said about it. */
class SourcesTest {
  private static final String QUESTION = "What is 17 + 25?";

  @TempDir private Path folder;

  @Test
  void generateAndChatTakeAServerAndOtherCommandsSayWhyNot() throws IOException {
    var settings = Map.of(Setting.THREADS, "2");
    try (var server = JavelinServer.start(Configuration.of(Profile.TESTING, settings))) {
      server.awaitReady();
      var address = server.uri() + "v1";
      var run = Cli.run("generate", "-m", address, "--temp", "0", QUESTION);
      assertEquals("17 + 25 = 42.\n", run.out(), run.err());
      assertTrue(run.err().startsWith("javelin: server " + address + ": model "), run.err());
      var schema =
          Files.writeString(
              folder.resolve("schema.json"),
              "{\"type\": \"object\", \"properties\": {\"sum\": {\"type\": \"integer\"}}, \"required\": [\"sum\"], \"additionalProperties\": false}");
      var formed =
          Cli.run(
              "generate",
              "-m",
              address,
              "--temp",
              "0",
              "--json-schema",
              schema.toString(),
              QUESTION);
      assertTrue(
          formed.out().strip().matches("\\{\\s*\"sum\"\\s*:\\s*-?[\\d.]+\\s*}"), formed.out());
      var regex = Cli.run("generate", "-m", address, "--regex", "a+", QUESTION);
      assertEquals(1, regex.exitCode());
      assertTrue(regex.err().contains("cannot be asked for --regex"), regex.err());
      var chat =
          Cli.runWithInput("My name is Tom.\nWhat is my name?\n/show\n", "chat", "-m", address);
      assertTrue(chat.out().lines().toList().get(1).contains("Tom"), chat.out() + chat.err());
      var session =
          Cli.run("chat", "-m", address, "--session", folder.resolve("session").toString());
      assertTrue(session.err().contains("which a server does not give away"), session.err());
      var eval = Cli.run("eval", "-m", address, "--ids", "1,2");
      assertEquals(1, eval.exitCode());
      assertTrue(eval.err().contains("this command needs the model itself"), eval.err());
    }
  }

  @Test
  void theNextSourceIsTakenWhereOneCannotBeUsed() {
    var missing = folder.resolve("missing.gguf").toString();
    var run = Cli.run("generate", "-m", missing + ",http://127.0.0.1:1/v1", "-m", "demo", QUESTION);
    assertEquals(0, run.exitCode(), run.err());
    var lines = run.err().lines().toList();
    assertEquals("javelin: " + missing + ": no such file; trying the next", lines.getFirst());
    assertTrue(lines.get(1).contains("cannot be reached"), run.err());
    var none = Cli.run("tokenize", "-m", missing + "," + missing, "text");
    assertEquals(1, none.exitCode());
    assertTrue(none.err().contains("none of 2 models can be used"), none.err());
  }
}
