package dev.javelin.engine.model;

import dev.javelin.kvcache.KvSequence;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The tokens of one step: a ragged list of spans, each some tokens of one sequence at consecutive
 * positions.
 *
 * <p>Prefill in chunks, decode of one token and many sequences at once are all this. Reused from
 * step to step; no allocation after construction.
 *
 * <pre>
 *   span      0 (prefill)         1 (decode)  2 (decode)
 *   row       0   1   2   3       4           5
 *   token     17  4   99  8       21          5
 *   position  64  65  66  67      300         12
 *   logits    .   .   .   yes     yes         yes
 * </pre>
 */
public final class Batch {
  private final int[] tokens;
  private final int[] positions;
  private final int[] logitRows;
  private final KvSequence[] sequences;
  private final int[] spanRows;
  private int rowCount;
  private int logitRowCount;
  private int spanCount;
  private BooleanSupplier abandoned = () -> false;

  public Batch(int maxRows, int maxLogitRows) {
    this.tokens = new int[maxRows];
    this.positions = new int[maxRows];
    this.logitRows = new int[maxLogitRows];
    this.sequences = new KvSequence[maxRows];
    this.spanRows = new int[maxRows + 1];
  }

  public void clear() {
    java.util.Arrays.fill(sequences, 0, spanCount, null);
    rowCount = 0;
    logitRowCount = 0;
    spanCount = 0;
  }

  /** Asked between layers: whether nobody wants the results of this step any more. */
  public void abandonWhen(BooleanSupplier condition) {
    this.abandoned = condition;
  }

  public boolean isAbandoned() {
    return abandoned.getAsBoolean();
  }

  /**
   * Adds the tokens {@code ids[from .. from + count)} of a sequence.
   *
   * @param position of the first of them; the sequence has slots for all of them
   * @param logitCount how many of the last rows need logits
   */
  public void add(
      KvSequence sequence, int[] ids, int from, int count, int position, int logitCount) {
    Objects.checkFromIndexSize(from, count, ids.length);
    Objects.checkFromIndexSize(rowCount, count, tokens.length);
    Objects.checkFromIndexSize(logitRowCount, logitCount, logitRows.length);
    sequences[spanCount] = sequence;
    spanRows[spanCount] = rowCount;
    for (int i = 0; i < count; i++) {
      tokens[rowCount] = ids[from + i];
      positions[rowCount] = position + i;
      if (i >= count - logitCount) {
        logitRows[logitRowCount++] = rowCount;
      }
      rowCount++;
    }
    spanCount++;
    spanRows[spanCount] = rowCount;
  }

  /** Rows that can still be added. */
  public int room() {
    return tokens.length - rowCount;
  }

  /** Rows with logits that can still be added. */
  public int logitRoom() {
    return logitRows.length - logitRowCount;
  }

  public int rowCount() {
    return rowCount;
  }

  public int token(int row) {
    return tokens[row];
  }

  public int position(int row) {
    return positions[row];
  }

  public int logitRowCount() {
    return logitRowCount;
  }

  /** The row whose logits come {@code index}-th. */
  public int logitRow(int index) {
    return logitRows[index];
  }

  public int spanCount() {
    return spanCount;
  }

  public KvSequence sequence(int span) {
    return sequences[span];
  }

  /** First row of a span. */
  public int spanRow(int span) {
    return spanRows[span];
  }

  /** Rows of a span. */
  public int spanLength(int span) {
    return spanRows[span + 1] - spanRows[span];
  }
}
