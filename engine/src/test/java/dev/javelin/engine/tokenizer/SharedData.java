package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where tests find reference data, and how it is read. */
final class SharedData {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("javelin.shared", "../shared"));

  private SharedData() {}

  /** A path in the reference folder; the test is skipped, with the reason, if it is not there. */
  static Path path(String relative) {
    Path path = ROOT.resolve(relative);
    assumeTrue(
        Files.exists(path),
        () -> "reference data is not there: " + path.toAbsolutePath().normalize());
    return path;
  }

  static boolean has(String relative) {
    return Files.exists(ROOT.resolve(relative));
  }

  static Tokenizer tokenizer(Path gguf) throws IOException {
    try (GgufFile file = GgufFile.open(gguf)) {
      return Tokenizer.of(file.metadata());
    }
  }

  /**
   * A text, the ids that another program gives for it, and whether special tokens were recognised.
   */
  record Vector(String text, int[] ids, boolean special) {}

  static List<Vector> vectors(Stream<String> lines) throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (String line : lines.toList()) {
      JsonNode node = JSON.readTree(line);
      vectors.add(
          new Vector(
              node.get("text").asText(), ints(node.get("ids")), node.path("special").asBoolean()));
    }
    return vectors;
  }

  static List<Vector> resource(String name) throws IOException {
    try (InputStream in = SharedData.class.getResourceAsStream(name)) {
      return vectors(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines());
    }
  }

  static List<Vector> vectors(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return vectors(lines);
    }
  }

  static int[] ints(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }
}
