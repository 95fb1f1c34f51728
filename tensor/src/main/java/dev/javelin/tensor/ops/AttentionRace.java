package dev.javelin.tensor.ops;

import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The job on which the scalar and the vector form of attention race: decode and a small prompt over
 * two blocks.
 */
final class AttentionRace {
  private static final int BLOCKS = 2;

  /**
   * Scalar attention of so many nanoseconds starts the race, or at once a model that is so wide.
   */
  private static final long PRICE_NANOS = 200_000_000;

  private static final int LARGE_MODEL = 512;

  /** A method is compiled for good after 600 calls if their loops add up to 15,000 rounds. */
  private static final int CALLS = 1200;

  /** It is interpreted, where a vector operation takes a microsecond, for about 200 calls. */
  private static final int INTERPRETED_CALLS = 250;

  private AttentionRace() {}

  static VectorForm of(KvBlockFormat format, int headCount) {
    KvBlockFormat oneHead =
        new KvBlockFormat(format.type(), 1, format.headDim(), format.blockTokens());
    int group = Math.max(1, headCount / format.kvHeadCount());
    long price = headCount * format.headDim() >= LARGE_MODEL ? 0 : PRICE_NANOS;
    return VectorForm.of(
        () -> rehearse(oneHead, group),
        job(oneHead, group, false),
        job(oneHead, group, true),
        price);
  }

  /**
   * Calls the kernels as often as it takes to get them compiled, but with few rounds of their
   * loops: a round costs tens of microseconds while it is interpreted, and the number of calls
   * counts most.
   */
  private static void rehearse(KvBlockFormat format, int group) {
    MemorySegment memory = Arena.ofAuto().allocate(format.bytesPerLayer(), 64);
    AttentionScratch s =
        new AttentionScratch(
            AttentionBlocks.paddedRows(Math.max(group, 12)),
            format.headDim(),
            format.blockTokens(),
            format.blockTokens());
    AttentionBlocks kernels = new AttentionBlocks(format, true);
    for (int call = 0; call < CALLS; call++) {
      int rounds = call < INTERPRETED_CALLS ? 2 : 16;
      for (int rows = group; ; rows = 12) { // passes of 8 and of 4 rows
        kernels.rehearse(memory, s, rows, rounds);
        if (rows == 12) {
          break;
        }
      }
    }
  }

  private static Runnable job(KvBlockFormat format, int group, boolean vectors) {
    MemorySegment memory = Arena.ofAuto().allocate(BLOCKS * format.bytesPerLayer(), 64);
    long[] blocks = {0, format.bytesPerLayer()};
    int context = BLOCKS * format.blockTokens(); // at least 32
    PagedAttention attention =
        new PagedAttention(new WorkerPool(1), group, format, VectorForm.fixed(vectors));
    int promptTokens =
        Math.max(2, 12 / group); // passes of 8 and of 4 rows are raced, and of 1 by decode
    float[] q = new float[promptTokens * group * format.headDim()];
    float[] out = new float[q.length];
    return () -> {
      attention.add(memory, blocks, context - 1, 1, q, 0, out, 0);
      attention.add(memory, blocks, context - promptTokens, promptTokens, q, 0, out, 0);
      attention.run(1f, 0, null);
    };
  }
}
