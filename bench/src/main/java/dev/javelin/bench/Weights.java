package dev.javelin.bench;

import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.Quantizer;
import dev.javelin.tensor.WeightMatrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Matrices in mapped files, as a model's are: mapped files and anonymous memory are not read
 * equally fast. The files are made once and kept under {@code target/weights}. Weights are normally
 * distributed; blocks repeat after some rows, which no kernel can tell.
 */
final class Weights {
  /** Bytes of a streamed matrix: many times what the last cache holds. */
  static final int STREAM_BYTES = 256 << 20;

  private static final Path FOLDER = Path.of("target", "weights");
  private static final int DIFFERENT_ROWS = 64;
  private static final float DEVIATION = 0.03f;

  private Weights() {}

  /** A matrix of {@code rows} rows, at most as large as a streamed one. */
  static WeightMatrix matrix(QuantType type, int rows, int columns) {
    return WeightMatrix.of(
        type.name(), type, map(type, columns, rows * type.rowBytes(columns)), rows, columns);
  }

  /** The first bytes of a type's file, in memory. */
  static MemorySegment map(QuantType type, int columns, long bytes) {
    Path file = FOLDER.resolve(type + "-" + columns);
    try {
      if (!Files.exists(file) || Files.size(file) < STREAM_BYTES) {
        write(type, columns, file);
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, Arena.ofAuto());
        mapped.load();
        return mapped;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same matrix with a copy of its rows in the second layout, in anonymous memory. */
  static WeightMatrix interleaved(WeightMatrix w) {
    QuantType type = w.type();
    MemorySegment source = map(type, w.columns(), w.byteSize());
    MemorySegment copy =
        Arena.ofAuto().allocate(InterleavedWeights.byteSize(type, w.rows(), w.columns()), 4096);
    int groups = (w.rows() + InterleavedWeights.GROUP_ROWS - 1) / InterleavedWeights.GROUP_ROWS;
    if (!InterleavedWeights.copy(type, source, w.rows(), w.columns(), copy, 0, groups)) {
      throw new IllegalStateException(w + " has no second layout");
    }
    return w.withInterleaved(copy);
  }

  private static void write(QuantType type, int columns, Path file) throws IOException {
    Random random = new Random(1);
    float[] row = new float[columns];
    int rowBytes = (int) type.rowBytes(columns);
    byte[] rows = new byte[DIFFERENT_ROWS * rowBytes];
    Quantizer quantizer = Quantizer.of(type);
    for (int r = 0; r < DIFFERENT_ROWS; r++) {
      for (int c = 0; c < columns; c++) {
        row[c] = (float) random.nextGaussian() * DEVIATION;
      }
      quantizer.quantize(row, 0, columns, rows, r * rowBytes);
    }
    Files.createDirectories(FOLDER);
    Path part = Files.createTempFile(FOLDER, type.name(), ".part");
    try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
      while (out.size() < STREAM_BYTES) {
        out.write(ByteBuffer.wrap(rows));
      }
    }
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Normally distributed activations. */
  static float[] activations(int count) {
    Random random = new Random(2);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
