package dev.javelin.engine.convert;

import dev.javelin.engine.InvalidRequest;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.GgufWriter;
import dev.javelin.gguf.Metadata;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.Quantizer;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Writes a model file again with its matrices in another quant type; {@link QuantRules} says which
 * gets which. Rows are shared by the workers of a pool; the bytes do not depend on how many there
 * are. The new file appears under its name when it is complete.
 */
public final class ModelQuantizer {
  private static final String FILE_TYPE = "general.file_type";
  private static final String SPLIT = "split.";
  private static final String VERSION = "general.quantization_version";
  private static final String ALIGNMENT = "general.alignment";
  private static final int DEFAULT_ALIGNMENT = 32;

  /** Bytes written at a time. */
  private static final int PIECE_BYTES = 1 << 24;

  /** Told before each tensor is written. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called before a tensor is written.
     *
     * @param number of this tensor, from 1
     * @param type the type that it gets
     */
    void tensor(int number, int count, TensorInfo tensor, QuantType type);
  }

  private final GgufFile file;
  private final QuantType wanted;
  private final QuantRules rules;
  private final WorkerPool pool;

  /**
   * Prepares to quantize one file.
   *
   * @param pure whether embedding and output get the wanted type too
   * @throws InvalidRequest if there is nothing to quantize, or no quantizer for the type
   */
  public ModelQuantizer(GgufFile file, QuantType wanted, boolean pure, WorkerPool pool) {
    if (!Quantizer.types().contains(wanted)) {
      throw new InvalidRequest(wanted + " cannot be quantized to: types=" + Quantizer.types());
    }
    this.file = file;
    this.wanted = wanted;
    this.rules = new QuantRules(file, wanted, pure);
    this.pool = pool;
    if (file.tensors().values().stream().allMatch(tensor -> rules.type(tensor) == tensor.type())) {
      throw new InvalidRequest(
          file.path()
              + ": no matrix in F32, F16 or BF16 that would become another type: wanted="
              + wanted);
    }
  }

  /** Bytes of all tensors in the new file. */
  public long byteSize() {
    return file.tensors().values().stream()
        .mapToLong(t -> rules.type(t).byteSize(t.elementCount()))
        .sum();
  }

  /** Writes the new file. */
  public void write(Path target, Progress progress) throws IOException {
    Metadata metadata = file.metadata();
    try (GgufWriter writer =
        GgufWriter.open(target, metadata.optionalInt(ALIGNMENT).orElse(DEFAULT_ALIGNMENT))) {
      for (String key : metadata.keys()) {
        boolean own = key.equals(FILE_TYPE) || key.equals(VERSION) || key.equals(ALIGNMENT);
        if (!own && !key.startsWith(SPLIT)) { // what is written is one file
          writer.copy(key, metadata);
        }
      }
      writer.put(FILE_TYPE, QuantRules.fileType(wanted));
      writer.put(VERSION, 2);
      for (TensorInfo tensor : file.tensors().values()) {
        writer.declare(tensor.name(), rules.type(tensor), tensor.dimensions());
      }
      int number = 0;
      for (TensorInfo tensor : file.tensors().values()) {
        QuantType type = rules.type(tensor);
        progress.tensor(++number, file.tensors().size(), tensor, type);
        if (type == tensor.type()) {
          writer.write(tensor.name(), file.data(tensor));
        } else {
          quantize(tensor, type, writer);
        }
      }
      writer.finish();
    }
  }

  private void quantize(TensorInfo tensor, QuantType type, GgufWriter writer) throws IOException {
    boolean stacked = tensor.dimensions().length == 3;
    WeightMatrix[] matrices =
        stacked ? file.matrices(tensor.name()) : new WeightMatrix[] {file.matrix(tensor.name())};
    Workers workers = new Workers(type, matrices[0].columns());
    for (WeightMatrix matrix : matrices) {
      int rowBytes = Math.toIntExact(type.byteSize(matrix.columns()));
      int most = Math.max(1, PIECE_BYTES / rowBytes);
      for (int row = 0; row < matrix.rows(); row += most) {
        int rows = Math.min(most, matrix.rows() - row);
        byte[] piece = new byte[rows * rowBytes];
        workers.run(matrix, row, rows, piece, rowBytes);
        writer.write(tensor.name(), MemorySegment.ofArray(piece));
      }
    }
  }

  /** What each worker needs for itself: a quantizer and a row of floats. */
  private final class Workers {
    private final Quantizer[] quantizers;
    private final float[][] rows;

    Workers(QuantType type, int columns) {
      this.rows = new float[pool.threads()][columns];
      this.quantizers = new Quantizer[pool.threads()];
      for (int i = 0; i < pool.threads(); i++) {
        quantizers[i] = Quantizer.of(type);
      }
    }

    void run(WeightMatrix matrix, int firstRow, int count, byte[] target, int rowBytes) {
      pool.run(
          (worker, workerCount) -> {
            int from = (int) ((long) count * worker / workerCount);
            int to = (int) ((long) count * (worker + 1) / workerCount);
            float[] row = rows[worker];
            for (int r = from; r < to; r++) {
              matrix.row(firstRow + r, row, 0);
              requireFinite(matrix, firstRow + r, row);
              quantizers[worker].quantize(row, 0, row.length, target, r * rowBytes);
            }
          });
    }

    private void requireFinite(WeightMatrix matrix, int r, float[] row) {
      for (int i = 0; i < row.length; i++) {
        if (!Float.isFinite(row[i])) {
          throw new InvalidRequest(
              "%s: weights must be finite: tensor=%s, row=%d, column=%d, value=%s"
                  .formatted(file.path(), matrix.name(), r, i, row[i]));
        }
      }
    }
  }
}
