package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.GgufWriter;
import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What quantize writes and what it refuses; which bytes is tested where they are made. */
class QuantizeCommandTest {
  @TempDir private Path folder;

  @Test
  void writesAModelOfTheWantedTypeAndTellsEachTensor() throws IOException {
    var out = folder.resolve("out.gguf");
    var run = Cli.run("quantize", model().toString(), out.toString(), "q4_k", "-t", "2");
    assertEquals(0, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertTrue(
        run.err().contains("javelin: 1 of 2: token_embd.weight {256, 4}, F32 to Q6_K\n"),
        run.err());
    assertTrue(
        run.err().contains("javelin: 2 of 2: blk.0.attn_q.weight {256, 256}, F32 to Q4_K\n"),
        run.err());
    try (var file = GgufFile.open(out)) {
      assertEquals(QuantType.Q4_K, file.tensor("blk.0.attn_q.weight").type());
    }
  }

  @Test
  void neverOverwrites() throws IOException {
    var in = model();
    var bytes = Files.readAllBytes(in);
    var run = Cli.run("quantize", in.toString(), in.toString(), "Q8_0");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("exists; it is not overwritten"), run.err());
    assertArrayEquals(bytes, Files.readAllBytes(in));
  }

  @Test
  void namesTheTypesThatThereAre() throws IOException {
    var out = folder.resolve("out.gguf");
    var run = Cli.run("quantize", model().toString(), out.toString(), "IQ2_XS");
    assertEquals(1, run.exitCode());
    assertTrue(
        run.err().contains("no type to quantize to: IQ2_XS; there are F32, F16, Q4_0"), run.err());
    assertFalse(Files.exists(out));
  }

  @Test
  void aQuantizedGoldenModelStillAnswers() {
    var in = Cli.shared("golden/models/llama-q-f32.gguf");
    var out = folder.resolve("small.gguf").toString();
    assertEquals(0, Cli.run("quantize", in, out, "Q5_K").exitCode());
    var run = Cli.run("generate", "-m", out, "--raw", "-n", "4", "--temperature", "0", "a");
    assertEquals(0, run.exitCode(), run.err());
  }

  private Path model() throws IOException {
    var path = folder.resolve("in.gguf");
    try (var writer = GgufWriter.open(path)) {
      writer.put("general.architecture", "llama");
      writer.declare("token_embd.weight", QuantType.F32, 256, 4);
      writer.declare("blk.0.attn_q.weight", QuantType.F32, 256, 256);
      writer.write("token_embd.weight", new float[256 * 4]);
      writer.write("blk.0.attn_q.weight", new float[256 * 256]);
      writer.finish();
    }
    return path;
  }

  @Test
  void namesTheFolderThatIsMissing() throws IOException {
    var missing = folder.resolve("missing");
    var run =
        Cli.run("quantize", model().toString(), missing.resolve("out.gguf").toString(), "F16");
    assertEquals(1, run.exitCode());
    assertEquals("javelin: " + missing + ": no such folder\n", run.err());
  }

  @Test
  void findsTheEmbeddedModelByItsName() {
    var run = Cli.run("quantize", "demo", folder.resolve("demo.gguf").toString(), "Q8_0");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("no matrix in F32, F16 or BF16"), run.err());
  }
}
