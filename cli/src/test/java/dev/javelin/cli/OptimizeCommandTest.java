package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.gguf.GgufWriter;
import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What optimize writes, refuses and checks; what is in the file is tested where it is made. */
class OptimizeCommandTest {
  @TempDir private Path folder;

  @Test
  void writesASideFileOnceChecksItAndInspectShowsIt() throws IOException {
    var model = model(QuantType.MXFP4).toString();
    var side = Path.of(model + ".javelin");
    var run = Cli.run("optimize", model, "-t", "2");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.err().contains("javelin: 1 of 1: blk.0.attn_q.weight {288, 64} MXFP4\n"));
    var bytes = Files.readAllBytes(side);
    var again = Cli.run("optimize", model);
    assertEquals(1, again.exitCode());
    assertTrue(again.err().contains("exists; --force replaces it"), again.err());
    assertEquals(0, Cli.run("optimize", model, "--force", "-t", "1").exitCode());
    assertArrayEquals(bytes, Files.readAllBytes(side));
    var check = Cli.run("optimize", model, "--check");
    assertEquals(0, check.exitCode(), check.err());
    assertTrue(check.out().contains("whole, belongs to " + model + ", 1 tensors"), check.out());
    assertTrue(Cli.run("inspect", model).out().contains("in.gguf.javelin: 1 tensors"));
    bytes[bytes.length / 2] ^= 1;
    bytes[70] ^= 1;
    Files.write(side, bytes);
    assertEquals(1, Cli.run("optimize", model, "--check").exitCode());
    assertTrue(Cli.run("inspect", model).out().contains("not usable: side file: has a spoilt"));
  }

  @Test
  void aModelThatWouldNotGainIsRefused() throws IOException {
    var run = Cli.run("optimize", model(QuantType.Q8_0).toString());
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("no MXFP4 or Q4_0 matrix"), run.err());
  }

  private Path model(QuantType type) throws IOException {
    var path = folder.resolve("in.gguf");
    try (var writer = GgufWriter.open(path)) {
      writer.put("general.architecture", "llama");
      writer.declare("blk.0.attn_q.weight", type, 288, 64);
      var bytes = new byte[(int) type.byteSize(288 * 64)];
      java.util.Arrays.fill(bytes, (byte) 0x35);
      writer.write("blk.0.attn_q.weight", MemorySegment.ofArray(bytes));
      writer.finish();
    }
    return path;
  }
}
