package dev.javelin.engine.model;

import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.PagedAttention;
import dev.javelin.tensor.ops.Rope;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Attention of a batch over the block cache: rotates queries and keys, stores keys and values, then
 * lets every row look at the past of its own sequence.
 */
public final class CachedAttention {
  private final PagedAttention attention;
  private final KvBlockFormat format;
  private final ModelSizes sizes;
  private final Rows rows;
  private final Rows.Task store = this::store;

  // The step in progress, for the row task.
  private Batch batch;
  private Rope rope;
  private float[] q;
  private float[] k;
  private float[] v;
  private MemorySegment memory;
  private final int[] spanOfRow;
  private final long[][] blocks; // [spans]: offsets of this layer's part of each block

  public CachedAttention(WorkerPool pool, ModelSizes sizes, KvBlockFormat format, int maxRows) {
    this.attention = new PagedAttention(pool, sizes.headCount(), format);
    this.format = format;
    this.sizes = sizes;
    this.rows = new Rows(pool);
    this.spanOfRow = new int[maxRows];
    this.blocks = new long[maxRows][];
  }

  /** What one layer does differently from the next. */
  public record Settings(Rope rope, float scale, int windowTokens, float[] sinks) {}

  /**
   * @param q [rows, heads, headDim], rotated in place
   * @param k [rows, kvHeads, headDim], rotated in place
   * @param v [rows, kvHeads, headDim]
   * @param out [rows, heads, headDim]
   */
  public void run(
      int layer, Settings settings, Batch batch, float[] q, float[] k, float[] v, float[] out) {
    this.batch = batch;
    this.rope = settings.rope();
    this.q = q;
    this.k = k;
    this.v = v;
    for (int span = 0; span < batch.spanCount(); span++) {
      Arrays.fill(
          spanOfRow, batch.spanRow(span), batch.spanRow(span) + batch.spanLength(span), span);
      memory = batch.sequence(span).memory(layer);
      blocks[span] = batch.sequence(span).blockOffsets(layer);
    }
    rows.each(batch.rowCount(), store);
    for (int span = 0; span < batch.spanCount(); span++) {
      int row = batch.spanRow(span);
      attention.add(
          memory,
          blocks[span],
          batch.position(row),
          batch.spanLength(span),
          q,
          row * sizes.attentionLength(),
          out,
          row * sizes.attentionLength());
    }
    attention.run(settings.scale(), settings.windowTokens(), settings.sinks());
  }

  /** Rotates one row and puts its key and value into the slot of its position. */
  private void store(int row) {
    int position = batch.position(row);
    if (rope != null) {
      rope.apply(q, row * sizes.attentionLength(), sizes.headCount(), sizes.headDim(), position);
      rope.apply(k, row * sizes.kvLength(), sizes.kvHeadCount(), sizes.headDim(), position);
    }
    long block = blocks[spanOfRow[row]][position / format.blockTokens()];
    format.write(
        memory,
        block,
        position % format.blockTokens(),
        k,
        row * sizes.kvLength(),
        v,
        row * sizes.kvLength());
  }
}
