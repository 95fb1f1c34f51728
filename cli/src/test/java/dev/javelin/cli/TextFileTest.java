package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is no text, or breaks a rule, is named. */
class TextFileTest {
  @TempDir private Path folder;

  @Test
  void namesAFolderThatWasGivenForAFile() {
    var reason = folder + ": Is a directory";
    assertFails(reason, Cli.run("generate", "--json-schema", folder.toString(), "hi"));
    assertFails(reason, Cli.run("generate", "--grammar", folder.toString(), "hi"));
    assertFails(reason, Cli.run("generate", "--chat-template", folder.toString(), "hi"));
    assertFails(reason, Cli.run("constrain", "--json-schema", folder.toString(), "hi"));
    assertFails(reason, Cli.run("render", folder.toString()));
    assertTells(reason, Cli.runWithInput("/read " + folder + "\n", "chat"));
  }

  @Test
  void namesAFileThatIsNoText() throws IOException {
    var latin1 = folder.resolve("latin1.txt");
    Files.write(latin1, new byte[] {'c', 'a', 'f', (byte) 0xe9, '\n'});
    var reason = latin1 + ": is not UTF-8 text";
    assertFails(reason, Cli.run("perplexity", "-f", latin1.toString()));
    assertTells(reason, Cli.runWithInput("/read " + latin1 + "\n", "chat"));
  }

  @Test
  void namesTheGrammarOrSchemaThatBreaksARule() throws IOException {
    var grammar = Files.writeString(folder.resolve("g.gbnf"), "no rule\n").toString();
    assertFails(grammar + ": expected ::=", Cli.run("generate", "--grammar", grammar, "hi"));
    assertFails(grammar + ": expected ::=", Cli.run("constrain", "--grammar", grammar, "hi"));
    var schema = Files.writeString(folder.resolve("s.json"), "{\"type\": \"x\"}").toString();
    assertFails(schema + ": ", Cli.run("generate", "--json-schema", schema, "hi"));
    assertFails(schema + ": ", Cli.run("constrain", "--json-schema", schema, "hi"));
    assertFails("--regex: ", Cli.run("generate", "--regex", "(", "hi"));
    assertFails("--regex: ", Cli.run("constrain", "--regex", "(", "hi"));
  }

  private static void assertFails(String reason, Run run) {
    assertEquals(1, run.exitCode(), run.err());
    assertTells(reason, run);
  }

  private static void assertTells(String reason, Run run) {
    assertTrue(
        run.err().lines().toList().getLast().startsWith("javelin: " + reason),
        reason + " in " + run.err());
  }
}
