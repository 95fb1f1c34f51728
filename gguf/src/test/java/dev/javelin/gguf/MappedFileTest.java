package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When mappings are shared and when they end, by the list that the system keeps of them. */
class MappedFileTest {
  private static final Path MAPS = Path.of("/proc/self/maps");

  @TempDir private Path folder;

  @Test
  void twoOpensShareOneMappingWhichGoesWithTheLast() throws IOException {
    assumeTrue(Files.exists(MAPS), "this system has no /proc/self/maps");
    Path path = write("m.gguf");
    Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), path);
    GgufFile first = GgufFile.open(path);
    GgufFile second = GgufFile.open(link);
    assertEquals(1, mappings(path));
    assertEquals(
        first.data(first.tensor("x")).address(), second.data(second.tensor("x")).address());
    first.close();
    first.close();
    assertEquals(1, mappings(path));
    assertThrows(IllegalStateException.class, () -> first.vector("x"));
    assertEquals(1, second.vector("x")[0]);
    MemorySegment view = second.data(second.tensor("x"));
    second.close();
    assertEquals(0, mappings(path));
    assertFalse(view.scope().isAlive());
  }

  @Test
  void aReplacedFileIsAnotherOne() throws IOException {
    Path path = write("m.gguf");
    try (MappedFile before = MappedFile.open(path)) {
      write("m.gguf"); // moves a new file to the old one's place
      try (MappedFile after = MappedFile.open(path)) {
        assertNotEquals(before.segment().address(), after.segment().address());
      }
      assertTrue(before.segment().scope().isAlive());
    }
  }

  @Test
  void aFileThatIsRefusedLeavesNoMapping() throws IOException {
    assumeTrue(Files.exists(MAPS), "this system has no /proc/self/maps");
    Path path = folder.resolve("bad.gguf");
    Files.write(path, new byte[100]);
    assertThrows(GgufFormatException.class, () -> GgufFile.open(path));
    assertEquals(0, mappings(path));
  }

  @Test
  void aModelPutTogetherReadsAndClosesAsAFileDoes() throws IOException {
    Path path = write("m.gguf");
    MappedFile source = MappedFile.open(path);
    MemorySegment tail = source.segment().asSlice(source.segment().byteSize() - 32, 4);
    GgufBuilder builder = new GgufBuilder().put("general.architecture", "test").source(source);
    MemorySegment heap = MemorySegment.ofArray(new float[] {1, 2, 3, 4});
    builder.add("copied", QuantType.F32, new long[] {2, 2}, () -> heap);
    builder.add("mapped", QuantType.F32, new long[] {1}, () -> tail);
    builder.add("short", QuantType.F32, new long[] {2, 3}, () -> heap);
    GgufFile file = builder.build(folder);
    assertEquals("test", file.metadata().string("general.architecture"));
    assertEquals(2, file.matrix("copied").rows());
    assertEquals(4, file.vector("copied")[3]);
    assertEquals(1, file.vector("mapped")[0]);
    assertEquals(tail.address(), file.data(file.tensor("mapped")).address());
    MemorySegment copy = file.data(file.tensor("copied"));
    assertTrue(copy.isNative());
    assertThrows(IllegalStateException.class, () -> file.matrix("short"));
    assertEquals(64, file.fingerprint().length());
    file.close();
    assertFalse(copy.scope().isAlive());
    assertFalse(tail.scope().isAlive());
  }

  private Path write(String name) throws IOException {
    Path path = folder.resolve(name);
    try (GgufWriter writer = GgufWriter.open(path)) {
      writer.put("general.architecture", "test").declare("x", QuantType.F32, 1);
      writer.write("x", new float[] {1});
      writer.finish();
    }
    return path;
  }

  private static long mappings(Path path) throws IOException {
    String end = path.toRealPath().toString();
    return Files.readAllLines(MAPS).stream().filter(line -> line.endsWith(end)).count();
  }
}
