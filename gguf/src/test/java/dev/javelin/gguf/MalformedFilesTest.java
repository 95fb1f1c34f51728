package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every file of resources/malformed: faults of the container end opening, faults of the model do
 * not.
 */
class MalformedFilesTest {
  private static final long MAX_MILLIS = 100;
  private static final long MAX_BYTES = 16L << 20;

  /**
   * Files whose container is sound: what is wrong with them only a model or a tokenizer can know.
   */
  private static final Set<String> MODEL_FAULTS =
      Set.of(
          "tensor_count_zero.gguf",
          "tensor_missing.gguf",
          "tensor_shape_wrong.gguf",
          "tensor_extra.gguf",
          "arch_missing.gguf",
          "arch_unknown.gguf",
          "block_count_missing.gguf",
          "block_count_string.gguf",
          "heads_0.gguf",
          "heads_7_of_16.gguf",
          "context_length_missing.gguf",
          "eps_missing.gguf",
          "tokens_missing.gguf",
          "tokens_fewer_than_rows.gguf",
          "token_types_too_short.gguf",
          "merge_without_space.gguf",
          "tokenizer_unknown.gguf");

  private static final Map<String, String> MANIFEST = readManifest();

  @Test
  void everyFileOfTheFolderIsInTheManifest() throws IOException {
    try (var files = Files.list(folder())) {
      Set<String> names = new TreeSet<>();
      files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.endsWith(".gguf"))
          .forEach(names::add);
      assertEquals(names, MANIFEST.keySet());
    }
    assertTrue(MANIFEST.keySet().containsAll(MODEL_FAULTS));
  }

  @TestFactory
  Stream<DynamicTest> opensOrRejectsAsTheManifestSays() {
    return MANIFEST.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())));
  }

  private static void check(String name, String expected) throws IOException {
    Path file = folder().resolve(name);
    boolean rejects = expected.equals("reject") && !MODEL_FAULTS.contains(name);
    boolean either = expected.equals("either") && !MODEL_FAULTS.contains(name);
    Consumer<Path> subject =
        rejects
            ? MalformedFilesTest::mustReject
            : either ? MalformedFilesTest::mayReject : MalformedFilesTest::mustOpen;
    long millis = Long.MAX_VALUE;
    long bytes = Long.MAX_VALUE;
    // The best of three: a machine that does other work as well may delay any one of them.
    for (int i = 0; i < 3; i++) {
      long bytesBefore = AllocatedBytes.now();
      long start = System.nanoTime();
      subject.accept(file);
      millis = Math.min(millis, (System.nanoTime() - start) / 1_000_000);
      bytes = Math.min(bytes, AllocatedBytes.now() - bytesBefore);
    }
    assertTrue(millis < MAX_MILLIS, name + " took " + millis + " ms");
    assertTrue(bytes < MAX_BYTES, name + " allocated " + bytes + " bytes");
  }

  private static void mustReject(Path file) {
    GgufException e = assertThrows(GgufFormatException.class, () -> GgufFile.open(file).close());
    assertTrue(e.getMessage().contains(file.toString()), e::getMessage);
    assertTrue(e.getMessage().startsWith(e.subject() + ": "), e::getMessage);
    assertEquals(file, e.file());
  }

  private static void mustOpen(Path file) {
    try (GgufFile opened = GgufFile.open(file)) {
      for (String key : opened.metadata().keys()) {
        opened.metadata().raw(key);
      }
      for (String tensor : opened.tensors().keySet()) {
        opened.vector(tensor);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void mayReject(Path file) {
    try (GgufFile opened = GgufFile.open(file)) {
      opened.metadata().keys();
    } catch (GgufFormatException e) {
      assertTrue(e.getMessage().contains(file.toString()), e::getMessage);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> readManifest() {
    try {
      Map<String, String> expectations = new TreeMap<>();
      Matcher entry =
          Pattern.compile("\"file\":\\s*\"([^\"]+)\",\\s*\"expect\":\\s*\"(\\w+)\"")
              .matcher(Files.readString(folder().resolve("manifest.json")));
      while (entry.find()) {
        expectations.put(entry.group(1), entry.group(2));
      }
      return expectations;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Path.of(MalformedFilesTest.class.getResource("/malformed/manifest.json").toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
