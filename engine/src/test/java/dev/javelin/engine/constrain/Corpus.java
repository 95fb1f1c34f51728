package dev.javelin.engine.constrain;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Our schemas with valid and invalid instances, walking through the keywords of JSON Schema. */
final class Corpus {
  static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private Corpus() {}

  record Entry(
      String about,
      JsonNode schema,
      List<JsonNode> valid,
      List<JsonNode> invalid,
      String error,
      String pointer) {
    @Override
    public String toString() {
      return about;
    }
  }

  static List<Entry> all() {
    try (InputStream in = Corpus.class.getResourceAsStream("schemas.json")) {
      List<Entry> entries = new ArrayList<>();
      for (JsonNode e : JSON.readTree(in)) {
        entries.add(
            new Entry(
                e.get("about").asText(),
                e.get("schema"),
                list(e.path("valid")),
                list(e.path("invalid")),
                e.path("error").asText(""),
                e.path("pointer").asText("")));
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Entry> enforceable() {
    return all().stream().filter(e -> e.error().isEmpty()).toList();
  }

  static List<Entry> refused() {
    return all().stream().filter(e -> !e.error().isEmpty()).toList();
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    return items;
  }

  /**
   * The usual ways to write a value: without blanks, with, over several lines, and with all beyond
   * ASCII escaped.
   */
  static List<String> layouts(JsonNode value) {
    String compact = value.toString();
    StringBuilder spaced = new StringBuilder();
    StringBuilder lines = new StringBuilder();
    StringBuilder ascii = new StringBuilder();
    boolean inString = false;
    int depth = 0;
    for (int i = 0; i < compact.length(); i++) {
      char c = compact.charAt(i);
      boolean escaped = inString && c == '\\';
      inString ^= c == '"';
      ascii.append(c < 0x80 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
      String before = "";
      String after = "";
      if (!inString && "{[".indexOf(c) >= 0) {
        after = "\n" + "  ".repeat(++depth);
      } else if (!inString && "}]".indexOf(c) >= 0) {
        before =
            "\n"
                + "  ".repeat(--depth); // an empty object gets two line breaks, as some printers do
      } else if (!inString && c == ',') {
        after = "\n" + "  ".repeat(depth);
      }
      spaced.append(c);
      lines.append(before).append(c).append(after);
      if (!inString && (c == ',' || c == ':')) {
        spaced.append(' ');
        lines.append(c == ':' ? " " : "");
      }
      if (escaped) {
        char next = compact.charAt(++i);
        spaced.append(next);
        lines.append(next);
        ascii.append(next);
      }
    }
    return List.of(compact, spaced.toString(), lines.toString(), ascii.toString());
  }
}
