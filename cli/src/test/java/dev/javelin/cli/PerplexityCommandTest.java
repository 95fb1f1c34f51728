package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What perplexity prints; the figures are tested where they are made. */
class PerplexityCommandTest {
  @TempDir private Path folder;

  @Test
  void tellsEachChunkAndTheResultInJson() throws IOException {
    var run =
        Cli.run(
            "perplexity",
            "-c",
            "32",
            "-f",
            text("The capital of France is Paris. ".repeat(20)),
            "--json");
    assertEquals(0, run.exitCode(), run.err());
    var json = new JsonMapper().readTree(run.out());
    int chunks = json.get("chunks").intValue();
    assertEquals(15 * chunks, json.get("tokens").intValue());
    assertTrue(
        run.err().contains("javelin: chunk " + chunks + " of " + chunks + ": perplexity "),
        run.err());
    assertEquals(
        Math.exp(json.get("mean_nll").doubleValue()), json.get("perplexity").doubleValue(), 1e-9);
  }

  @Test
  void aQuantizedModelIsComparedWithItsBase() throws IOException {
    var run =
        Cli.run(
            "perplexity",
            "-m",
            Cli.shared("golden/models/llama-q-q4_0.gguf"),
            "--kl-base",
            Cli.shared("golden/models/llama-q-f32.gguf"),
            "-c",
            "16",
            "-f",
            text("some words to be read, and some more of them"),
            "--json");
    assertEquals(0, run.exitCode(), run.err());
    var json = new JsonMapper().readTree(run.out());
    assertTrue(json.at("/kl_divergence/mean").doubleValue() > 0, run.out());
    assertTrue(json.get("base_perplexity").doubleValue() > 1, run.out());
  }

  @Test
  void refusesATextThatFillsNoChunk() throws IOException {
    var run = Cli.run("perplexity", "-c", "512", "-f", text("short"));
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("take a longer text or shorter chunks"), run.err());
  }

  private String text(String content) throws IOException {
    return Files.writeString(folder.resolve("text"), content).toString();
  }

  @Test
  void refusesChunksThatAreTooShort() throws IOException {
    var run = Cli.run("perplexity", "-c", "1", "-f", text("some words"));
    assertEquals(1, run.exitCode());
    assertTrue(run.err().endsWith("a chunk must have 4 tokens or more: 1\n"), run.err());
  }

  @Test
  void helpNamesOneDefaultForAChunk() {
    var help = Cli.run("perplexity", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("-c tokens; the second half"), help);
    assertTrue(help.contains("at most 4096; for perplexity 512)"), help);
  }
}
