package dev.javelin.gguf;

import dev.javelin.tensor.QuantType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Puts together what {@link GgufFile} shows, without a file: keys as {@link GgufWriter} takes them,
 * and tensors that lie anywhere in native memory, such as in mapped files of another format. Each
 * tensor is asked for when it is first read.
 */
public final class GgufBuilder {
  private final KeyEncoder keys = new KeyEncoder();
  private final SequencedMap<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, Supplier<MemorySegment>> data = new HashMap<>();
  private final List<MappedFile> sources = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private long bytes;

  public GgufBuilder() {}

  /** Puts a value whose type follows from its Java class, as {@link GgufWriter#put} does. */
  public GgufBuilder put(String key, Object value) {
    keys.put(key, value);
    return this;
  }

  /** A file that tensors lie in; closed with the model, and part of what tells it from others. */
  public GgufBuilder source(MappedFile file) {
    sources.add(file);
    return this;
  }

  /**
   * Adds a tensor, contiguous dimension first.
   *
   * @param values its bytes; if not in native memory, where kernels want them, they are copied
   */
  public GgufBuilder add(
      String name, QuantType type, long[] dimensions, Supplier<MemorySegment> values) {
    TensorInfo shape = new TensorInfo(name, dimensions.clone(), type, 0, 0);
    long size = type.byteSize(shape.elementCount());
    if (tensors.putIfAbsent(name, new TensorInfo(name, shape.dimensions(), type, 0, size))
        != null) {
      throw new IllegalArgumentException("a tensor may be added once: name=" + name);
    }
    data.put(name, new Once(name, size, values));
    bytes += size;
    return this;
  }

  /**
   * The model.
   *
   * @param name what messages call it
   */
  public GgufFile build(Path name) {
    byte[] head = keys.toByteArray();
    return new GgufFile(
        name,
        keys.toIndex(name),
        tensors,
        data,
        head.length + bytes,
        () -> Fingerprint.of(head, sources),
        this::close);
  }

  /** Frees everything; for when no model is built. */
  public void close() {
    sources.forEach(MappedFile::close);
    arena.close();
  }

  /** Bytes that are made, checked and moved to native memory once. */
  private final class Once implements Supplier<MemorySegment> {
    private final String name;
    private final long size;
    private Supplier<MemorySegment> values;
    private MemorySegment made;

    Once(String name, long size, Supplier<MemorySegment> values) {
      this.name = name;
      this.size = size;
      this.values = values;
    }

    @Override
    public synchronized MemorySegment get() {
      if (made == null) {
        MemorySegment given = values.get();
        if (given.byteSize() != size) {
          throw new IllegalStateException(
              name + ": bytes must be " + size + ": given=" + given.byteSize());
        }
        made = given.isNative() ? given : arena.allocate(size, Long.BYTES).copyFrom(given);
        values = null;
      }
      return made;
    }
  }
}
