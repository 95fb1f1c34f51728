package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The completion script is one that bash accepts, and knows every command. */
class CompletionCommandTest {
  @Test
  void printsAScriptThatBashAccepts() throws Exception {
    assumeTrue(Run.of("sh", "-c", "command -v bash").exitCode() == 0, "bash is not installed");
    var script = Cli.run("completion").out();
    for (var command : JavelinCli.commandLine(Terminal.ofProcess()).getSubcommands().keySet()) {
      assertTrue(script.contains(command), command);
    }
    var run = Run.of(Map.of(), script + "\ncomplete -p javelin\n", List.of("bash", "-s"));
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("javelin"), run.out());
  }
}
