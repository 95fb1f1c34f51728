package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is said of a server without starting one. */
class ServeCommandTest {
  @Test
  void saysHowMuchMemoryTheModelNeeds() {
    var run = Cli.run("serve", "--dry-run");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().endsWith("fits\n"), run.out());
  }

  @Test
  void saysWhyAModelCannotBePlanned() {
    var missing = Cli.run("serve", "--dry-run", "-m", "no-such-file.gguf");
    assertEquals(1, missing.exitCode());
    assertEquals("", missing.out());
    assertEquals("javelin: no-such-file.gguf: no such file\n", missing.err());
    var unknown =
        Cli.run("serve", "--dry-run", "-m", Cli.shared("golden/malformed/arch_unknown.gguf"));
    assertEquals(1, unknown.exitCode(), unknown.out());
    assertTrue(unknown.err().contains("general.architecture is "), unknown.err());
  }

  @Test
  void configRefusesWhatAServerWould() {
    for (var wrong :
        new String[][] {
          {"--port", "99999"}, {"--log", "foo"}, {"--kv-type", "f64"}, {"--precision", "x"}
        }) {
      var run = Cli.run("config", wrong[0], wrong[1]);
      assertEquals(1, run.exitCode(), wrong[0]);
      assertEquals("", run.out());
      assertTrue(run.err().contains(wrong[0].substring(2) + " must be "), run.err());
    }
  }
}
