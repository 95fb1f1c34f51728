package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.GgufWriter;
import dev.javelin.gguf.SideFile;
import dev.javelin.gguf.SideFileWriter;
import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A side file that fits is used; one that does not is left alone, and opening goes on. */
class SideFilesTest {
  @TempDir private Path folder;

  @Test
  void onlyAWholeSideFileOfThisModelIsUsed() throws IOException {
    Path model = model("a.gguf", 0x35);
    Path side = SideFile.pathFor(model);
    assertUsed(model, false);
    try (GgufFile file = GgufFile.open(model);
        WorkerPool pool = new WorkerPool(1)) {
      new SideFileWriter(file, pool).write(side, (number, count, tensor, copied) -> {});
    }
    assertUsed(model, InterleavedWeights.isUsed());
    Path other = model("b.gguf", 0x36);
    Files.copy(side, SideFile.pathFor(other), StandardCopyOption.REPLACE_EXISTING);
    assertUsed(other, false);
    byte[] bytes = Files.readAllBytes(side);
    Files.write(side, Arrays.copyOf(bytes, bytes.length - 1));
    assertUsed(model, false);
    bytes[40] ^= 1;
    Files.write(side, bytes);
    assertUsed(model, false);
    Files.delete(side);
    Files.createDirectory(side);
    assertUsed(model, false);
  }

  private static void assertUsed(Path model, boolean used) throws IOException {
    try (GgufFile file = GgufFile.open(model)) {
      SideFiles.attach(file);
      assertEquals(used, file.side().isPresent());
      assertEquals(288, file.matrix("blk.0.attn_q.weight").columns());
    }
  }

  private Path model(String name, int content) throws IOException {
    Path path = folder.resolve(name);
    byte[] bytes = new byte[(int) QuantType.MXFP4.byteSize(288 * 64)];
    Arrays.fill(bytes, (byte) content);
    try (GgufWriter writer = GgufWriter.open(path)) {
      writer.declare("blk.0.attn_q.weight", QuantType.MXFP4, 288, 64);
      writer.write("blk.0.attn_q.weight", MemorySegment.ofArray(bytes));
      writer.finish();
    }
    return path;
  }
}
