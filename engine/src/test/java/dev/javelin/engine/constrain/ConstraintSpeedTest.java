package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import dev.javelin.engine.Figures;
import dev.javelin.engine.tokenizer.TiktokenVocabularies;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Speed and soundness in the vocabulary of gpt-oss, over a sample of schemas: the lines {@code
 * {"schema", "texts": [...]}} of the file that {@code -Djavelin.schemas=FILE} names (every {@code
 * -Djavelin.schemas.step}-th of them), else the project's own corpus.
 */
@Tag("acceptance")
final class ConstraintSpeedTest {
  private static final int WARM_UP = 150;
  private static final int ANSWERS = 10_000;

  /** A schema and texts that need not fit it. */
  private record Sample(JsonNode schema, List<String> texts) {}

  private static Tokenizer tokenizer;
  private static List<Sample> samples;

  @BeforeAll
  static void read() throws IOException {
    tokenizer = TiktokenVocabularies.o200k();
    samples = new ArrayList<>();
    String file = System.getProperty("javelin.schemas", "");
    if (file.isEmpty()) {
      for (Corpus.Entry entry : Corpus.enforceable()) {
        List<String> texts = new ArrayList<>();
        entry.valid().forEach(instance -> texts.addAll(Corpus.layouts(instance)));
        samples.add(new Sample(entry.schema(), texts));
      }
      return;
    }
    int step = Integer.getInteger("javelin.schemas.step", 1);
    try (BufferedReader lines = Files.newBufferedReader(Path.of(file))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (number++ % step == 0) {
          JsonNode json = Corpus.JSON.readTree(line);
          List<String> texts = new ArrayList<>();
          json.get("texts").forEach(text -> texts.add(text.asText()));
          samples.add(new Sample(json.get("schema"), texts));
        }
      }
    }
  }

  @Test
  void compilesAndMasksInTime() {
    ConstraintCompiler compiler = new ConstraintCompiler(TokenTrie.of(tokenizer));
    Times compile = new Times();
    Times masks = new Times();
    for (int i = 0; i < WARM_UP; i++) {
      measure(samples.get(i * 7 % samples.size()), compiler, new Times(), new Times());
    }
    ConstraintCompiler fresh = new ConstraintCompiler(TokenTrie.of(tokenizer));
    samples.forEach(sample -> measure(sample, fresh, compile, masks));
    Figures.report(
        "schemas compiled (" + compile.count + "), ms",
        String.format(
            Locale.ROOT,
            "p50 %.2f, p99 %.1f, max %.0f",
            compile.micros(0.5) / 1e3,
            compile.micros(0.99) / 1e3,
            compile.micros(1) / 1e3),
        "p50 < 5, p99 < 100");
    Figures.report(
        "masks over 200,000 tokens (" + masks.count + "), us",
        String.format(
            Locale.ROOT,
            "p50 %.1f, p99 %.0f, max %.0f",
            masks.micros(0.5),
            masks.micros(0.99),
            masks.micros(1)),
        "p50 < 50, p99 < 2000");
    assertTrue(compile.micros(0.5) < 5_000 && compile.micros(0.99) < 100_000, compile.toString());
    assertTrue(masks.micros(0.5) < 50 && masks.micros(0.99) < 2_000, masks.toString());
  }

  private static void measure(
      Sample sample, ConstraintCompiler compiler, Times compile, Times masks) {
    long start = System.nanoTime();
    Constraint constraint;
    try {
      constraint = compiler.jsonSchema(sample.schema(), JsonOptions.DEFAULT);
    } catch (ConstraintException refused) {
      compile.add(System.nanoTime() - start);
      return;
    }
    compile.add(System.nanoTime() - start);
    for (String text : sample.texts()) {
      ConstraintState state = constraint.start();
      for (int token : tokenizer.encode(text, false)) {
        long begin = System.nanoTime();
        TokenMask mask = state.mask();
        masks.add(System.nanoTime() - begin);
        boolean allowed = mask.allows(token);
        assertEquals(allowed, state.advance(token));
        if (!allowed) {
          break;
        }
      }
    }
  }

  @Test
  void tenThousandRandomAnswersAreAllValid() throws Exception {
    ConstraintCompiler compiler = new ConstraintCompiler(TokenTrie.of(tokenizer));
    Random random = new Random(4);
    int written = 0;
    int schemas = 0;
    List<String> wrong = new ArrayList<>();
    for (int round = 0; written < ANSWERS; round++) {
      for (int i = 0; i < samples.size() && written < ANSWERS; i++) {
        JsonNode schema = samples.get(i).schema();
        try {
          Constraint constraint = compiler.jsonSchema(schema, JsonOptions.DEFAULT);
          JsonSchema judge = SchemaCorpusTest.validator(schema);
          int budget = constraint.start().tokensToEnd() + random.nextInt(60);
          String answer = RandomAnswersTest.answer(constraint, random, budget);
          var faults = Judge.faults(judge, Corpus.JSON.readTree(answer));
          if (!faults.isEmpty()) {
            wrong.add(schema + "\n" + faults + " in " + answer);
          }
          written++;
          schemas += round == 0 ? 1 : 0;
        } catch (ConstraintException refused) {
          continue; // what is refused is never generated
        }
      }
    }
    Figures.report(
        "random answers under " + schemas + " schemas, valid to networknt",
        written - wrong.size() + " of " + written,
        "10,000, all valid");
    assertEquals(List.of(), wrong);
  }

  /** Many nanoseconds. */
  private static final class Times {
    private long[] nanos = new long[1024];
    private int count;

    void add(long value) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = value;
    }

    double micros(double share) {
      Arrays.sort(nanos, 0, count);
      return nanos[(int) Math.min(count - 1, Math.floor(share * count))] / 1e3;
    }

    @Override
    public String toString() {
      return micros(0.5) + " " + micros(0.99) + " " + micros(1);
    }
  }
}
