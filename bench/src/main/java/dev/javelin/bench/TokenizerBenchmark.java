package dev.javelin.bench;

import dev.javelin.engine.DemoModel;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.Warmup;

/** Text to tokens and back: 64 KB of made-up sentences. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class TokenizerBenchmark {
  static final int TEXT_BYTES = 64 << 10;

  private static final String[] WORDS = {
    "the",
    "a",
    "cache",
    "remembers",
    "token",
    "weights",
    "of",
    "42",
    "models",
    "quickly",
    "and",
    "attention",
    "where",
    "it's",
    "layer",
    "3.14",
    "writes",
    "Memory",
    "unbelievable",
    "to"
  };

  /** A GGUF file whose vocabulary is used; without one the embedded model's. */
  @Param({""})
  private String model;

  private Tokenizer tokenizer;
  private String text;
  private int[] ids;

  /** Made by JMH. */
  public TokenizerBenchmark() {}

  @Setup
  public void setUp() throws IOException {
    try (GgufFile file = GgufFile.open(model.isEmpty() ? DemoModel.file() : Path.of(model))) {
      tokenizer = Tokenizer.of(file.metadata());
    }
    Random random = new Random(1);
    StringBuilder words = new StringBuilder();
    while (words.length() < TEXT_BYTES) {
      String word = WORDS[random.nextInt(WORDS.length)];
      // Some words that no cache of pieces has seen.
      words.append(random.nextInt(8) == 0 ? word + random.nextInt(1000) : word);
      words.append(random.nextInt(12) == 0 ? ".\n" : " ");
    }
    text = words.substring(0, TEXT_BYTES);
    ids = encode();
    if (!decode().equals(text) || text.getBytes(StandardCharsets.UTF_8).length != TEXT_BYTES) {
      throw new IllegalStateException("the text does not come back");
    }
  }

  @Benchmark
  public int[] encode() {
    return tokenizer.encode(text, false);
  }

  @Benchmark
  public String decode() {
    return tokenizer.decode(ids);
  }
}
