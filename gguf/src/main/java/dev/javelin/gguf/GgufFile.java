package dev.javelin.gguf;

import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * A model's metadata and tensors: of one GGUF file, of several that are parts of one model, or put
 * together in memory by {@link GgufBuilder}. Files are mapped; views of tensors read the mapping in
 * place and die with {@link #close}. Any thread may read. A file must not be cut while it is open:
 * reading a page that is gone ends in an InternalError.
 */
public final class GgufFile implements AutoCloseable {
  private final Path path;
  private final Index index;
  private final SequencedMap<String, TensorInfo> tensors;
  private final Map<String, Supplier<MemorySegment>> data;
  private final long byteSize;
  private final Supplier<String> fingerprint;
  private final Runnable release;
  private volatile boolean closed;
  private Optional<SideFile> side = Optional.empty();

  /**
   * @param tensors all of them, of whichever part
   * @param data the bytes of each
   * @param release frees what the segments lie in
   */
  GgufFile(
      Path path,
      Index index,
      SequencedMap<String, TensorInfo> tensors,
      Map<String, Supplier<MemorySegment>> data,
      long byteSize,
      Supplier<String> fingerprint,
      Runnable release) {
    this.path = path;
    this.index = index;
    this.tensors = Collections.unmodifiableSequencedMap(tensors);
    this.data = data;
    this.byteSize = byteSize;
    this.fingerprint = fingerprint;
    this.release = release;
  }

  /**
   * Maps a file and checks the whole container; of a model in parts, all of them, whichever is
   * given. Two opens of one file share its mapping.
   *
   * @throws IOException if the file cannot be read at all
   * @throws GgufFormatException if it is no GGUF file, or a spoilt one
   */
  public static GgufFile open(Path file) throws IOException {
    List<Part> parts = Part.openAll(file);
    try {
      SequencedMap<String, TensorInfo> tensors = new LinkedHashMap<>();
      Map<String, Supplier<MemorySegment>> data = new HashMap<>();
      long bytes = 0;
      for (Part part : parts) {
        MemorySegment segment = part.mapping().segment();
        bytes += segment.byteSize();
        for (TensorInfo tensor : part.index().tensors().values()) {
          if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
            throw new GgufFormatException(
                part.path(), tensor.name(), "a tensor may be in one part only");
          }
          MemorySegment values = segment.asSlice(tensor.offsetBytes(), tensor.byteSize());
          data.put(tensor.name(), () -> values);
        }
      }
      return new GgufFile(
          parts.getFirst().path(),
          parts.getFirst().index(),
          tensors,
          data,
          bytes,
          () -> Fingerprint.of(parts),
          () -> Part.close(parts));
    } catch (RuntimeException | Error e) {
      Part.close(parts);
      throw e;
    }
  }

  /** The file, the first of several parts, or what the model was put together from. */
  public Path path() {
    return path;
  }

  /** GGUF version, 2 or 3. */
  public int version() {
    return index.version();
  }

  /** Size of the whole file, or of all parts. */
  public long byteSize() {
    return byteSize;
  }

  /**
   * Tells this model from others in a few milliseconds: SHA-256, in hex, over the size, everything
   * before the tensor data and a few pieces of the data.
   */
  public String fingerprint() {
    requireOpen();
    return fingerprint.get();
  }

  /** Weights of all tensors together. */
  public long parameterCount() {
    return tensors.values().stream().mapToLong(TensorInfo::elementCount).sum();
  }

  /**
   * Matrices that are asked for from now on have their copies with them. The side file is closed
   * together with this one.
   */
  public void attach(SideFile sideFile) {
    if (side.isPresent()) {
      throw new IllegalStateException("a side file is attached already: " + side.get().path());
    }
    side = Optional.of(sideFile);
  }

  /** The side file in use. */
  public Optional<SideFile> side() {
    return side;
  }

  public Metadata metadata() {
    return index.metadata();
  }

  /** All tensors by name, in the file's order. */
  public SequencedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  public boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  /** The tensor with this name. */
  public TensorInfo tensor(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw new GgufTensorException(
          path, name, "the file must have this tensor: tensors=" + tensors.size());
    }
    return tensor;
  }

  /** The bytes of a tensor, in place. */
  public MemorySegment data(TensorInfo tensor) {
    requireOpen();
    return data.get(tensor.name()).get();
  }

  /** A tensor of shape {columns, rows} as a matrix; one of shape {columns} is a single row. */
  public WeightMatrix matrix(String name) {
    TensorInfo tensor = tensor(name);
    long[] shape = tensor.dimensions();
    if (shape.length != 1 && shape.length != 2) {
      throw shapeFault(tensor, "a matrix has 1 or 2 dimensions");
    }
    long rows = shape.length == 2 ? shape[1] : 1;
    return withCopy(view(tensor, name, data(tensor), shape[0], rows), name, 0);
  }

  /** A tensor of shape {columns, rows, n} as n matrices: the experts of one layer. */
  public WeightMatrix[] matrices(String name) {
    TensorInfo tensor = tensor(name);
    long[] shape = tensor.dimensions();
    if (shape.length != 3 || tensor.type() == QuantType.I2_S) {
      throw shapeFault(tensor, "a stack of matrices has 3 dimensions and no I2_S");
    }
    MemorySegment data = data(tensor);
    WeightMatrix[] matrices = new WeightMatrix[intSize(tensor, shape[2])];
    for (int i = 0; i < matrices.length; i++) {
      long bytes = tensor.byteSize() / matrices.length;
      MemorySegment own = data.asSlice(i * bytes, bytes);
      matrices[i] = withCopy(view(tensor, name + "[" + i + "]", own, shape[0], shape[1]), name, i);
    }
    return matrices;
  }

  /**
   * All weights of a tensor of any shape as floats, contiguous dimension first: norms, biases,
   * sinks.
   */
  public float[] vector(String name) {
    TensorInfo tensor = tensor(name);
    float[] values = new float[intSize(tensor, tensor.elementCount())];
    if (tensor.type() == QuantType.F32) {
      MemorySegment.copy(data(tensor), Cursor.FLOAT, 0, values, 0, values.length);
      return values;
    }
    if (values.length > 0) {
      long columns = tensor.dimensions().length == 0 ? 1 : tensor.dimensions()[0];
      WeightMatrix matrix = view(tensor, name, data(tensor), columns, values.length / columns);
      for (int row = 0; row < matrix.rows(); row++) {
        matrix.row(row, values, row * matrix.columns());
      }
    }
    return values;
  }

  /** Unmaps the file, unless others have it open too. Views must not be in use any more. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      side.ifPresent(SideFile::close);
      release.run();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(path + ": the file was closed");
    }
  }

  private WeightMatrix withCopy(WeightMatrix matrix, String tensor, int index) {
    return side.isPresent() ? side.get().with(matrix, tensor, index) : matrix;
  }

  private WeightMatrix view(
      TensorInfo tensor, String name, MemorySegment data, long columns, long rows) {
    if (!tensor.type().isSupported()) {
      throw shapeFault(tensor, "tensors of this type can be listed but not computed with");
    }
    if (columns == 0 || rows == 0) {
      throw shapeFault(tensor, "a view needs at least one row and column");
    }
    return WeightMatrix.of(
        name, tensor.type(), data, intSize(tensor, rows), intSize(tensor, columns));
  }

  private int intSize(TensorInfo tensor, long size) {
    if (size != (int) size) {
      throw shapeFault(tensor, "a view has sizes below 2^31");
    }
    return (int) size;
  }

  private GgufTensorException shapeFault(TensorInfo tensor, String rule) {
    return new GgufTensorException(
        path, tensor.name(), rule + ": shape=" + tensor.shape() + ", type=" + tensor.type());
  }
}
