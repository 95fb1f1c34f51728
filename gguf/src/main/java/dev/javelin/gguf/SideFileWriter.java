package dev.javelin.gguf;

import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;

/**
 * Writes the {@link SideFile} of a model, a few megabytes at a time. The file appears under its
 * name when all of it is there.
 */
public final class SideFileWriter {
  /** Told when a tensor is done. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A tensor was copied, or left out because a scale of it has no place in the layout.
     *
     * @param number of this tensor, from 1
     */
    void tensor(int number, int count, TensorInfo tensor, boolean copied);
  }

  private static final int PIECE_BYTES = 1 << 23;

  /** A table of which rows are read, not multiplied, unless it is the output matrix too. */
  private static final String EMBEDDING = "token_embd.weight";

  private static final String OUTPUT = "output.weight";

  private final GgufFile model;
  private final WorkerPool pool;
  private final List<TensorInfo> tensors = new ArrayList<>();

  /** Prepares to copy what gains by it. */
  public SideFileWriter(GgufFile model, WorkerPool pool) {
    this.model = model;
    this.pool = pool;
    for (TensorInfo tensor : model.tensors().values()) {
      long[] shape = tensor.dimensions();
      boolean matrix = shape.length == 2 || shape.length == 3;
      if (matrix
          && (!tensor.name().equals(EMBEDDING) || !model.has(OUTPUT))
          && InterleavedWeights.gains(tensor.type(), shape[1], shape[0])) {
        tensors.add(tensor);
      }
    }
  }

  /** How many tensors would be copied. */
  public int tensorCount() {
    return tensors.size();
  }

  /** About as many bytes as the side file will have. */
  public long byteSize() {
    return tensors.stream().mapToLong(this::copyBytes).sum();
  }

  private static long matrices(TensorInfo tensor) {
    return tensor.dimensions().length == 3 ? tensor.dimensions()[2] : 1;
  }

  private long copyBytes(TensorInfo tensor) {
    long[] shape = tensor.dimensions();
    return matrices(tensor) * InterleavedWeights.byteSize(tensor.type(), shape[1], shape[0]);
  }

  /** Writes the file, replacing what was there. */
  public void write(Path target, Progress progress) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path temporary =
        Files.createTempFile(absolute.getParent(), "." + target.getFileName() + ".", ".tmp");
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.WRITE);
          Arena arena = Arena.ofShared()) {
        write(channel, arena, progress);
        channel.force(true);
      }
      try {
        Files.move(
            temporary,
            absolute,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void write(FileChannel channel, Arena arena, Progress progress) throws IOException {
    long position = SideFile.TABLE + Integer.BYTES;
    for (TensorInfo tensor : tensors) {
      position += Integer.BYTES + nameBytes(tensor.name()).length + SideFile.ENTRY_BYTES;
    }
    List<SideFile.Section> sections = new ArrayList<>();
    position = nextPage(position);
    int number = 0;
    for (TensorInfo tensor : tensors) {
      long bytes = copyBytes(tensor);
      CRC32C crc = new CRC32C();
      boolean copied = copy(tensor, channel.position(position), crc);
      progress.tensor(++number, tensors.size(), tensor, copied);
      if (copied) {
        MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, position, bytes, arena);
        long[] shape = tensor.dimensions();
        sections.add(
            new SideFile.Section(
                tensor.name(),
                tensor.type(),
                shape[0],
                shape[1],
                matrices(tensor),
                position,
                bytes,
                (int) crc.getValue(),
                SideFile.crcOfPieces(data)));
        position = nextPage(position + bytes);
      }
    }
    channel.truncate(position);
    if (channel.size() < position) { // the last page is whole
      channel.write(ByteBuffer.allocate(1), position - 1);
    }
    writeAll(channel.position(0), head(sections, position));
  }

  private byte[] nameBytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static long nextPage(long position) {
    return (position + SideFile.PAGE - 1) / SideFile.PAGE * SideFile.PAGE;
  }

  private ByteBuffer head(List<SideFile.Section> sections, long size) {
    LittleEndianBuffer table = new LittleEndianBuffer();
    for (SideFile.Section section : sections) {
      byte[] name = nameBytes(section.name());
      table.int32(name.length);
      table.bytes(name);
      table.int32(section.type().ggmlId());
      table.int64(section.columns());
      table.int64(section.rows());
      table.int64(section.matrices());
      table.int64(section.offset());
      table.int64(section.bytes());
      table.int32(section.crc());
      table.int32(section.piecesCrc());
    }
    byte[] entries = table.toByteArray();
    LittleEndianBuffer head = new LittleEndianBuffer();
    head.bytes(SideFile.MAGIC);
    head.int32(SideFile.VERSION);
    head.int32(sections.size());
    head.int64(size);
    head.int64(entries.length);
    head.bytes(HexFormat.of().parseHex(model.fingerprint()));
    head.bytes(entries);
    byte[] all = head.toByteArray();
    head.int32(SideFile.crc(MemorySegment.ofArray(all)));
    return ByteBuffer.wrap(head.toByteArray());
  }

  /** False if the tensor cannot be copied; what was written of it is overwritten by the next. */
  private boolean copy(TensorInfo tensor, FileChannel channel, CRC32C crc) throws IOException {
    QuantType type = tensor.type();
    int columns = Math.toIntExact(tensor.dimensions()[0]);
    int rows = Math.toIntExact(tensor.dimensions()[1]);
    long group = InterleavedWeights.groupBytes(type, columns / InterleavedWeights.BLOCK);
    int groups = (rows + InterleavedWeights.GROUP_ROWS - 1) / InterleavedWeights.GROUP_ROWS;
    int most = (int) Math.min(groups, Math.max(1, PIECE_BYTES / group));
    MemorySegment data = model.data(tensor);
    long matrixBytes = type.byteSize((long) rows * columns);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment buffer = arena.allocate(most * group, 64);
      for (long i = 0; i < matrices(tensor); i++) {
        MemorySegment source = data.asSlice(i * matrixBytes, matrixBytes);
        for (int from = 0; from < groups; from += most) {
          int to = Math.min(groups, from + most);
          MemorySegment piece = buffer.asSlice(0, (to - from) * group);
          piece.fill((byte) 0);
          if (!copy(type, source, rows, columns, piece, from, to)) {
            return false;
          }
          crc.update(piece.asByteBuffer());
          writeAll(channel, piece.asByteBuffer());
        }
      }
    }
    return true;
  }

  private boolean copy(
      QuantType type,
      MemorySegment source,
      int rows,
      int columns,
      MemorySegment t,
      int from,
      int to) {
    AtomicBoolean good = new AtomicBoolean(true);
    long group = t.byteSize() / (to - from);
    pool.run(
        (worker, count) -> {
          int first = from + (int) ((long) (to - from) * worker / count);
          int last = from + (int) ((long) (to - from) * (worker + 1) / count);
          MemorySegment own = t.asSlice((first - from) * group, (last - first) * group);
          if (!InterleavedWeights.copy(type, source, rows, columns, own, first, last)) {
            good.set(false);
          }
        });
    return good.get();
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
