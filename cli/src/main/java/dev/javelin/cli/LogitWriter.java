package dev.javelin.cli;

import dev.javelin.engine.Evaluation;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes rows of logits as little-endian float32, one after the other. */
final class LogitWriter implements Evaluation {
  private final OutputStream out;
  private final ByteBuffer row;

  LogitWriter(OutputStream out, int vocabularySize) {
    this.out = out;
    this.row =
        ByteBuffer.allocate(Math.multiplyExact(vocabularySize, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void row(int position, float[] logits, int offset) {
    row.asFloatBuffer().put(logits, offset, row.capacity() / Float.BYTES);
    try {
      out.write(row.array());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
