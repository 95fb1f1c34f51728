package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules of the container that no file of resources/malformed breaks. */
class ContainerRulesTest {
  private static final int F32 = 0;
  private static final int I8 = 24;
  private static final int I2_S = 36;

  @TempDir Path folder;

  @Test
  void rejectsAlignmentOfAnotherType() {
    rejects(
        new RawFile().uint64("general.alignment", 32),
        0,
        "general.alignment",
        "must be of type U32: type=U64");
  }

  @Test
  void rejectsAlignmentThatIsNoPowerOfTwo() {
    rejects(
        new RawFile().uint32("general.alignment", 48),
        0,
        "general.alignment",
        "power of two",
        "alignment=48");
  }

  @Test
  void rejectsNegativeDimensions() {
    rejects(new RawFile().tensor("t", F32, 0, -1), 64, "t", "dimension=18446744073709551615");
  }

  @Test
  void rejectsNegativeDimensionsBehindAZero() {
    rejects(new RawFile().tensor("t", F32, 0, 0, -1), 64, "t", "dimension=18446744073709551615");
  }

  @Test
  void rejectsBytesThatOverflowWhereElementsDoNot() {
    rejects(new RawFile().tensor("t", F32, 0, 1L << 61, 2), 64, "t", "below 2^63");
  }

  @Test
  void rejectsTensorsThatOverflowTogether() {
    RawFile file =
        new RawFile()
            .tensor("a", I8, 0, Long.MAX_VALUE - 31)
            .tensor("b", I8, Long.MAX_VALUE - 31, 64);
    rejects(file, 64, "b", "below 2^63");
  }

  @Test
  void rejectsAnOffsetNearTheLimitWithoutOverflow() {
    RawFile file =
        new RawFile()
            .tensor("a", I8, 0, Long.MAX_VALUE - 63)
            .tensor("b", I8, Long.MAX_VALUE - 63, 1);
    rejects(file, 64, "a", "must lie inside the file");
  }

  @Test
  void rejectsEmptyTensorNames() {
    rejects(new RawFile().tensor("", F32, 0, 4), 64, "tensor 0 of 1", "must not be empty");
  }

  @Test
  void rejectsNamesOfMoreThan65535Bytes() {
    rejects(new RawFile().string("k".repeat(65536), "v"), 64, "key 0 of 1", "at most 65535");
  }

  @Test
  void readsI2SOnlyInBitNetFiles() {
    for (String architecture : new String[] {"bitnet", "bitnet-b1.58", "bitnet-25"}) {
      RawFile file =
          new RawFile().string("general.architecture", architecture).tensor("t", I2_S, 0, 128, 2);
      TensorInfo tensor = file.read(96).tensors().get("t");
      assertEquals(QuantType.I2_S, tensor.type());
      assertEquals(2 * 32 + 32, tensor.byteSize());
    }
    RawFile llama =
        new RawFile().string("general.architecture", "llama").tensor("t", I2_S, 0, 128, 2);
    rejects(llama, 96, "t", "tensor type 36", "architecture=llama");
  }

  @Test
  void saysToPullOllamasFirstGptOssFilesAgain() {
    RawFile file = new RawFile().string("general.architecture", "gptoss").tensor("t", 4, 0, 32);
    rejects(file, 64, "t", "tensor type 4", "pull the model again");
    RawFile other = new RawFile().string("general.architecture", "llama").tensor("t", 4, 0, 32);
    rejects(other, 64, "t", "tensor type 4 (Q4_2) was removed");
  }

  @Test
  void namesTypesThatAreNotReadYet() {
    rejects(
        new RawFile().tensor("t", 40, 0, 64), 64, "t", "tensor type 40 (NVFP4) is not read yet");
  }

  @Test
  void acceptsScalarsAndEmptyTensors() {
    Index index =
        new RawFile()
            .tensor("a", F32, 0)
            .tensor("b", F32, 32, 0, 7)
            .tensor("c", F32, 32, 1)
            .read(36);
    assertEquals(4, index.tensors().get("a").byteSize());
    assertEquals(0, index.tensors().get("b").byteSize());
    assertEquals(
        32, index.tensors().get("c").offsetBytes() - index.tensors().get("a").offsetBytes());
  }

  @Test
  void readsTensorsBehindFourGigabytes() throws IOException {
    long big = 5L << 30;
    byte[] head = new RawFile().tensor("big", I8, 0, big).tensor("t", F32, big, 2).head();
    Path file = folder.resolve("sparse.gguf");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(head));
      channel.write(
          ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40}), head.length + big);
    }
    try (GgufFile opened = GgufFile.open(file)) {
      assertEquals(head.length + big + 8, opened.byteSize());
      assertEquals(big, opened.data(opened.tensor("big")).byteSize());
      assertEquals(1f, opened.vector("t")[0]);
      assertEquals(2f, opened.vector("t")[1]);
    }
  }

  @Test
  void saysThatAFolderIsNoModel() {
    GgufException e = assertThrows(GgufFormatException.class, () -> GgufFile.open(folder));
    assertTrue(e.getMessage().contains("this is a folder"), e::getMessage);
  }

  @Test
  void leavesMissingFilesToTheFileSystem() {
    assertThrows(NoSuchFileException.class, () -> GgufFile.open(folder.resolve("none.gguf")));
  }

  @Test
  void leavesNoMappingBehindWhenItRejects() throws IOException {
    Path file = Files.write(folder.resolve("bad.gguf"), new byte[] {1, 2, 3, 4, 5});
    assertThrows(GgufFormatException.class, () -> GgufFile.open(file));
    Path maps = Path.of("/proc/self/maps");
    if (Files.isReadable(maps)) {
      assertTrue(
          Files.readAllLines(maps).stream().noneMatch(line -> line.endsWith(file.toString())));
    }
  }

  private static void rejects(RawFile file, int dataBytes, String subject, String... parts) {
    GgufException e = assertThrows(GgufFormatException.class, () -> file.read(dataBytes));
    assertEquals(subject, e.subject());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e::getMessage);
    }
  }
}
