package dev.javelin.bench;

import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.kvcache.KvPoolSize;
import dev.javelin.kvcache.KvSequence;
import dev.javelin.kvcache.SavedBlocks;
import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Saved keys and values: copied out of the pool, copied back, and taken over in memory. {@link
 * #copy} moves the same bytes with one plain copy: the limit of {@link #extract}. {@link
 * #copyElsewhere} does so into two places in turn, as fresh blocks are others than those before:
 * the limit of {@link #reconstruct}, where caches do not hold all of that.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class CacheBenchmark {
  private static final int BLOCK_TOKENS = 16;
  private static final int KV_HEADS = 4;
  private static final int HEAD_DIM = 64;

  @Param({"SMALL", "MEDIUM", "LARGE"})
  private Size size;

  private KvCache cache;
  private SavedBlocks saved;
  private MemorySegment outside;
  private MemorySegment elsewhere;
  private MemorySegment source;
  private int[] ids;

  /** Blocks of 16 tokens by layers of 4 KV heads of 64, in F16. */
  public enum Size {
    /** 197 kB. */
    SMALL(1, 12),
    /** 1.6 MB. */
    MEDIUM(4, 24),
    /** 25 MB. */
    LARGE(32, 48);

    private final int blocks;
    private final int layers;

    Size(int blocks, int layers) {
      this.blocks = blocks;
      this.layers = layers;
    }
  }

  /** Made by JMH. */
  public CacheBenchmark() {}

  @Setup
  public void setUp() {
    KvLayout layout =
        KvLayout.of(
            new KvBlockFormat(KvType.F16, KV_HEADS, HEAD_DIM, BLOCK_TOKENS), new int[size.layers]);
    cache = new KvCache(layout, new KvPoolSize(3 * size.blocks));
    ids = new Random(1).ints(size.blocks * BLOCK_TOKENS, 0, 200_000).toArray();
    Arena arena = Arena.ofAuto();
    outside = arena.allocate(layout.savedBytes(ids.length), 64);
    elsewhere = arena.allocate(outside.byteSize(), 64);
    source = arena.allocate(outside.byteSize(), 64);
    byte[] content = new byte[Math.toIntExact(source.byteSize())];
    new Random(2).nextBytes(content);
    source.copyFrom(MemorySegment.ofArray(content));
    try (KvSequence sequence = cache.reconstruct(ids, source).orElseThrow()) {
      saved = sequence.save();
    }
    extract();
    if (outside.mismatch(source) >= 0) {
      throw new IllegalStateException("what came out is not what went in");
    }
  }

  /** The limit: one plain copy of as many bytes. */
  @Benchmark
  public MemorySegment copy() {
    MemorySegment.copy(source, 0, outside, 0, source.byteSize());
    return outside;
  }

  /** The limit of what never writes to the same place twice in a row. */
  @Benchmark
  public MemorySegment copyElsewhere() {
    MemorySegment target = elsewhere;
    elsewhere = outside;
    outside = target;
    return copy();
  }

  @Benchmark
  public MemorySegment extract() {
    saved.extract(outside);
    return outside;
  }

  /** Copied into fresh blocks, given back. */
  @Benchmark
  public int reconstruct() {
    try (KvSequence back = cache.reconstruct(ids, source).orElseThrow()) {
      return back.length();
    }
  }

  /** Out and back. */
  @Benchmark
  public int roundTrip() {
    saved.extract(outside);
    try (KvSequence back = cache.reconstruct(ids, outside).orElseThrow()) {
      return back.length();
    }
  }

  /** Goes on from the saved state in memory: by reference, without a copy. */
  @Benchmark
  public int adopt() {
    try (KvSequence adopted = saved.open()) {
      return adopted.length();
    }
  }

  @TearDown
  public void tearDown() {
    saved.close();
    cache.close();
  }
}
