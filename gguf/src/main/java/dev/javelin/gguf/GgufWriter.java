package dev.javelin.gguf;

import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a GGUF file in three steps: put keys, declare tensors, then write the tensors' bytes in
 * the order they were declared, in pieces of any size. The file appears under its name only when
 * {@link #finish} has all of it; closing earlier leaves nothing behind. Not thread-safe.
 */
public final class GgufWriter implements AutoCloseable {
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_CHUNK_BYTES = 1 << 24;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final int version;
  private final int alignment;
  private final KeyEncoder keys = new KeyEncoder();
  private final List<TensorInfo> tensors = new ArrayList<>();
  private final Set<String> tensorNames = new HashSet<>();
  private long declaredBytes;
  private boolean headWritten;
  private boolean finished;

  /** Tensors of which every byte has been written, and the bytes written of the next one. */
  private int tensorsWritten;

  private long bytesWritten;

  private GgufWriter(Path target, int alignment, int version) throws IOException {
    if (Integer.bitCount(alignment) != 1 || alignment < 1) {
      throw new IllegalArgumentException(
          "alignment must be a power of two: alignment=" + alignment);
    }
    this.target = target.toAbsolutePath();
    if (!Files.isDirectory(this.target.getParent())) {
      throw new NoSuchFileException(this.target.getParent().toString(), null, "no such folder");
    }
    this.alignment = alignment;
    this.version = version;
    this.temporary =
        Files.createTempFile(this.target.getParent(), "." + target.getFileName() + ".", ".tmp");
    this.channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
    if (alignment != DEFAULT_ALIGNMENT) {
      keys.put("general.alignment", ValueType.U32, alignment);
    }
  }

  /** A writer of version 3 with the usual alignment of 32 bytes. */
  public static GgufWriter open(Path target) throws IOException {
    return open(target, DEFAULT_ALIGNMENT);
  }

  /**
   * A writer of version 3 whose tensors start at multiples of {@code alignment}, a power of two.
   */
  public static GgufWriter open(Path target, int alignment) throws IOException {
    return new GgufWriter(target, alignment, 3);
  }

  static GgufWriter openVersion2(Path target) throws IOException {
    return new GgufWriter(target, DEFAULT_ALIGNMENT, 2);
  }

  /**
   * Puts a value whose type follows from its Java class: String, Boolean, Float, Double; Integer
   * and Long as u32 and u64 (i32 and i64 when negative), as GGUF has it for sizes and ids; Byte and
   * Short as i8 and i16. Arrays and a List of String likewise, integers in arrays always signed.
   */
  public GgufWriter put(String key, Object value) {
    settable(key);
    keys.put(key, value);
    return this;
  }

  /** Puts one value of an explicit type. */
  public GgufWriter put(String key, ValueType type, Object value) {
    settable(key);
    keys.put(key, type, value);
    return this;
  }

  /** Puts a Java array whose elements get an explicit type. */
  public GgufWriter putArray(String key, ValueType elementType, Object array) {
    settable(key);
    keys.putArray(key, elementType, array);
    return this;
  }

  /**
   * Copies a key of another file; {@code general.alignment} is this writer's own and cannot be
   * copied.
   */
  public GgufWriter copy(String key, Metadata source) {
    settable(key);
    keys.copy(key, source);
    return this;
  }

  /** Declares the next tensor, contiguous dimension first. */
  public GgufWriter declare(String name, QuantType type, long... dimensions) {
    beforeHead();
    if (name.isEmpty() || !tensorNames.add(name)) {
      throw new IllegalArgumentException(
          "a tensor name must not be empty and may be declared once: name=" + name);
    }
    TensorInfo shape = new TensorInfo(name, dimensions.clone(), type, declaredBytes, 0);
    if (dimensions.length > 4
        || (dimensions.length > 0 && dimensions[0] % type.blockWeights() != 0)) {
      throw new IllegalArgumentException(
          name
              + ": at most 4 dimensions, rows of whole blocks of "
              + type.blockWeights()
              + ": shape="
              + shape.shape()
              + ", type="
              + type);
    }
    long bytes = type.byteSize(shape.elementCount());
    tensors.add(new TensorInfo(name, shape.dimensions(), type, declaredBytes, bytes));
    declaredBytes = padded(declaredBytes + bytes);
    return this;
  }

  /**
   * Writes the next piece of a tensor, which must be the first declared one that is not complete.
   */
  public void write(String tensor, MemorySegment piece) throws IOException {
    writeHead();
    if (tensorsWritten == tensors.size() || !tensors.get(tensorsWritten).name().equals(tensor)) {
      String next = tensorsWritten == tensors.size() ? "none" : tensors.get(tensorsWritten).name();
      throw new IllegalStateException(
          "tensors are written in the order declared: next=" + next + ", got=" + tensor);
    }
    long left = tensors.get(tensorsWritten).byteSize() - bytesWritten;
    if (piece.byteSize() > left) {
      throw new IllegalArgumentException(
          tensor + ": bytes left=" + left + ", piece=" + piece.byteSize());
    }
    for (long at = 0; at < piece.byteSize(); at += MAX_CHUNK_BYTES) {
      long chunk = Math.min(MAX_CHUNK_BYTES, piece.byteSize() - at);
      write(buffer(piece.asSlice(at, chunk)));
    }
    bytesWritten += piece.byteSize();
    completeTensors();
  }

  /** Writes the next values of a tensor of type F32. */
  public void write(String tensor, float[] values) throws IOException {
    if (tensorsWritten < tensors.size() && tensors.get(tensorsWritten).type() != QuantType.F32) {
      throw new IllegalArgumentException(
          tensor
              + ": floats are written to F32 tensors: type="
              + tensors.get(tensorsWritten).type());
    }
    MemorySegment bytes =
        MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, Float.BYTES)]);
    MemorySegment.copy(values, 0, bytes, Cursor.FLOAT, 0, values.length);
    write(tensor, bytes);
  }

  /**
   * Brings the file, which must be complete, to disk and under its name, replacing what was there.
   */
  public void finish() throws IOException {
    writeHead();
    if (tensorsWritten < tensors.size()) {
      throw new IllegalStateException(
          "every declared tensor must be written: missing bytes of "
              + tensors.get(tensorsWritten).name());
    }
    channel.force(true);
    channel.close();
    try {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
    finished = true;
  }

  /** Gives the file up unless it is finished. */
  @Override
  public void close() throws IOException {
    if (!finished) {
      channel.close();
      Files.deleteIfExists(temporary);
    }
  }

  private void settable(String key) {
    beforeHead();
    if (key.equals("general.alignment")) {
      throw new IllegalArgumentException("general.alignment is given when the writer is opened");
    }
  }

  private void beforeHead() {
    if (headWritten) {
      throw new IllegalStateException(
          "keys and tensors are declared before the first tensor is written");
    }
  }

  private void writeHead() throws IOException {
    if (headWritten) {
      return;
    }
    headWritten = true;
    LittleEndianBuffer head = new LittleEndianBuffer();
    head.header(version, tensors.size(), keys.count());
    head.bytes(keys.toByteArray());
    for (TensorInfo tensor : tensors) {
      head.string(tensor.name());
      head.int32(tensor.dimensions().length);
      for (long dimension : tensor.dimensions()) {
        head.int64(dimension);
      }
      head.int32(tensor.type().ggmlId());
      head.int64(tensor.offsetBytes());
    }
    write(ByteBuffer.wrap(head.toByteArray()));
    pad();
    completeTensors();
  }

  /** Pads each tensor that is complete, and steps over empty ones. */
  private void completeTensors() throws IOException {
    while (tensorsWritten < tensors.size()
        && tensors.get(tensorsWritten).byteSize() == bytesWritten) {
      pad();
      tensorsWritten++;
      bytesWritten = 0;
    }
  }

  private void pad() throws IOException {
    long position = channel.position();
    write(ByteBuffer.allocate((int) (padded(position) - position)));
  }

  private long padded(long size) {
    return Math.addExact(size, alignment - 1) & -alignment;
  }

  /** A view of the bytes where the platform has one; arrays of shorts, ints ... are copied. */
  private static ByteBuffer buffer(MemorySegment piece) {
    boolean view = piece.heapBase().map(base -> base instanceof byte[]).orElse(piece.isNative());
    return view ? piece.asByteBuffer() : ByteBuffer.wrap(piece.toArray(ValueLayout.JAVA_BYTE));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
