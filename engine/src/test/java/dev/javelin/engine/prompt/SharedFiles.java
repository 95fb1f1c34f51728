package dev.javelin.engine.prompt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reference data of prompt tests: lines of JSON from the folder {@code javelin.shared}, or from
 * test resources.
 */
public final class SharedFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SharedFiles() {}

  /** A file that is not committed; the test is skipped, with its name, when it is missing. */
  public static Path path(String name) {
    Path file = Path.of(System.getProperty("javelin.shared", "../../shared")).resolve(name);
    assumeTrue(Files.exists(file), "reference data is missing: " + file);
    return file;
  }

  public static List<JsonNode> lines(String name) throws IOException {
    return parse(Files.readString(path(name)));
  }

  public static JsonNode json(String name) throws IOException {
    return JSON.readTree(Files.readString(path(name)));
  }

  public static List<JsonNode> resourceLines(String name) throws IOException {
    try (InputStream in = SharedFiles.class.getResourceAsStream(name)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  public static JsonNode parseJson(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<JsonNode> parse(String text) {
    List<JsonNode> lines = new ArrayList<>();
    text.lines().filter(line -> !line.isBlank()).forEach(line -> lines.add(parseJson(line)));
    return lines;
  }
}
