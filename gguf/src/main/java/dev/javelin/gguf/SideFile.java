package dev.javelin.gguf;

import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.zip.CRC32C;

/**
 * Second copies of some tensors of one GGUF file, in the layout of {@link
 * dev.javelin.tensor.InterleavedWeights}, in a file beside it. Mapped like the original and useless
 * without it.
 *
 * <pre>
 *  0   "JVLNSIDE"                        8   u32 version, u32 count of sections
 *  16  u64 size of this file             24  u64 bytes of the table
 *  32  fingerprint of the GGUF file (32 bytes, see {@link GgufFile#fingerprint})
 *  64  table, for each section:  u32 length of name, name, u32 ggml id of the type, u64 columns, u64 rows,
 *                                u64 matrices, u64 offset, u64 bytes, u32 CRC-32C of all, u32 of some pieces
 *      u32 CRC-32C of everything before
 *      sections, each at a multiple of 4096
 * </pre>
 *
 * <p>All little-endian. Opening checks the table and a few pieces of each section, which takes
 * milliseconds; {@link #check} reads everything.
 */
public final class SideFile implements AutoCloseable {
  /** What is added to the model's file name. */
  public static final String SUFFIX = ".javelin";

  static final int VERSION = 1;
  static final int TABLE = 64;
  static final int FINGERPRINT = 32;
  static final int PAGE = 4096;
  static final byte[] MAGIC = "JVLNSIDE".getBytes(StandardCharsets.US_ASCII);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int PIECES = 16;
  private static final int PIECE_BYTES = 4096;
  private static final int CHUNK_BYTES = 1 << 24;

  /** One tensor's copy. */
  record Section(
      String name,
      QuantType type,
      long columns,
      long rows,
      long matrices,
      long offset,
      long bytes,
      int crc,
      int piecesCrc) {}

  private final Path path;
  private final Arena arena;
  private final MemorySegment segment;
  private final SequencedMap<String, Section> sections;

  private SideFile(
      Path path, Arena arena, MemorySegment segment, SequencedMap<String, Section> sections) {
    this.path = path;
    this.arena = arena;
    this.segment = segment;
    this.sections = sections;
  }

  /** Where the side file of a model lies, if there is one. */
  public static Path pathFor(Path model) {
    return model.resolveSibling(model.getFileName() + SUFFIX);
  }

  /**
   * Maps the side file of a model.
   *
   * @throws GgufFormatException if it is damaged, of another version or made for another file
   */
  public static SideFile open(Path path, GgufFile model) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new SideFile(path, arena, segment, read(path, segment, model));
    } catch (IndexOutOfBoundsException | IllegalArgumentException | NoSuchElementException e) {
      arena.close();
      throw new GgufFormatException(path, "side file", "has a table that makes no sense");
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static SequencedMap<String, Section> read(
      Path path, MemorySegment segment, GgufFile model) {
    long size = segment.byteSize();
    require(size >= TABLE, path, "is cut off: bytes=" + size);
    require(
        segment.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) < 0,
        path,
        "is no side file of Javelin");
    int version = segment.get(INT, 8);
    require(version == VERSION, path, "has version " + version + ", this program reads " + VERSION);
    long tableBytes = segment.get(LONG, 24);
    require(
        segment.get(LONG, 16) == size && tableBytes >= 0 && tableBytes <= size - TABLE - 4,
        path,
        "is cut off or spoilt: bytes=" + size + ", by its header " + segment.get(LONG, 16));
    int crc = segment.get(INT, TABLE + tableBytes);
    require(crc == crc(segment.asSlice(0, TABLE + tableBytes)), path, "has a spoilt table");
    byte[] made = segment.asSlice(FINGERPRINT, 32).toArray(ValueLayout.JAVA_BYTE);
    require(
        HexFormat.of().formatHex(made).equals(model.fingerprint()),
        path,
        "was made for another file than "
            + model.path().getFileName()
            + ", or for its old content");
    SequencedMap<String, Section> sections = new LinkedHashMap<>();
    MemorySegment table = segment.asSlice(TABLE, tableBytes);
    long at = 0;
    for (int i = 0; i < segment.get(INT, 12); i++) {
      int length = table.get(INT, at);
      byte[] name = table.asSlice(at + 4, length).toArray(ValueLayout.JAVA_BYTE);
      at += 4 + length;
      Section section = section(new String(name, StandardCharsets.UTF_8), table, at);
      at += ENTRY_BYTES;
      sections.put(section.name(), section);
      long bytes = InterleavedWeights.byteSize(section.type(), section.rows(), section.columns());
      require(
          section.bytes() == section.matrices() * bytes, path, "is spoilt in " + section.name());
      MemorySegment data = segment.asSlice(section.offset(), section.bytes());
      require(crcOfPieces(data) == section.piecesCrc(), path, "is spoilt in " + section.name());
    }
    return Collections.unmodifiableSequencedMap(sections);
  }

  /** What follows a name. */
  static final int ENTRY_BYTES = 4 + 5 * 8 + 2 * 4;

  private static Section section(String name, MemorySegment table, long at) {
    QuantType type = QuantType.byGgmlId(table.get(INT, at)).orElseThrow();
    return new Section(
        name,
        type,
        table.get(LONG, at + 4),
        table.get(LONG, at + 12),
        table.get(LONG, at + 20),
        table.get(LONG, at + 28),
        table.get(LONG, at + 36),
        table.get(INT, at + 44),
        table.get(INT, at + 48));
  }

  private static void require(boolean holds, Path path, String rule) {
    if (!holds) {
      throw new GgufFormatException(path, "side file", rule);
    }
  }

  static int crc(MemorySegment data) {
    CRC32C crc = new CRC32C();
    for (long at = 0; at < data.byteSize(); at += CHUNK_BYTES) {
      crc.update(data.asSlice(at, Math.min(CHUNK_BYTES, data.byteSize() - at)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  /** Over pieces at even distances, the first and last bytes among them. */
  static int crcOfPieces(MemorySegment data) {
    CRC32C crc = new CRC32C();
    long piece = Math.min(PIECE_BYTES, data.byteSize());
    for (int i = 0; i < PIECES; i++) {
      long at = (data.byteSize() - piece) * i / (PIECES - 1);
      crc.update(data.asSlice(at, piece).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  public Path path() {
    return path;
  }

  /** Size of the whole file. */
  public long byteSize() {
    return segment.byteSize();
  }

  /** How many tensors have a copy. */
  public int tensorCount() {
    return sections.size();
  }

  /**
   * Reads every byte.
   *
   * @throws GgufFormatException if one is not what was written
   */
  public void check() {
    for (Section section : sections.values()) {
      MemorySegment data = segment.asSlice(section.offset(), section.bytes());
      require(crc(data) == section.crc(), path, "is spoilt in " + section.name());
    }
  }

  /** A matrix of the model, with its copy if there is one. */
  WeightMatrix with(WeightMatrix matrix, String tensor, int index) {
    Section section = sections.get(tensor);
    if (section == null
        || section.type() != matrix.type()
        || section.rows() != matrix.rows()
        || section.columns() != matrix.columns()
        || index >= section.matrices()) {
      return matrix;
    }
    long bytes = section.bytes() / section.matrices();
    return matrix.withInterleaved(segment.asSlice(section.offset() + index * bytes, bytes));
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
