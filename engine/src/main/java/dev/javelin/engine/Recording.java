package dev.javelin.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a recording file holds: whom the answers are from, and for each request its answers, in the
 * order of their making. One line of JSON each, so that versions of a file can be compared.
 *
 * <pre>
 *   {"recording":1,"version":"0.1.0","model":{"name":...,"sha256":...},"options":{...},"date":...}
 *   {"request":{...},"answers":[[{"text":"17"},...,{"finished":{...}}]]}
 *   {"request":{...},"refused":{"code":...,"message":...}}
 * </pre>
 */
final class Recording {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int FORMAT = 1;
  private static final int SHOWN_CHARS = 60;

  /** How an answer came out: events to its end, or a refusal at the door. */
  sealed interface Outcome {
    /** The events of an answer, the last one {@code Finished}. */
    record Answered(List<GenerationEvent> events) implements Outcome {}

    /** The request can never be carried out. */
    record Refused(EngineException error) implements Outcome {}
  }

  private static final class Entry {
    final String request;
    final List<Outcome> outcomes = new ArrayList<>();
    int next;

    Entry(String request) {
      this.request = request;
    }
  }

  private final ObjectNode head;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private Recording(ObjectNode head) {
    this.head = head;
  }

  /**
   * An empty one.
   *
   * @param modelSha256 of the whole model file
   */
  static Recording empty(String modelName, String modelSha256, EngineOptions options) {
    ObjectNode head = JSON.createObjectNode();
    head.put("recording", FORMAT);
    head.put("version", EngineVersion.NUMBER);
    head.putObject("model").put("name", modelName).put("sha256", modelSha256);
    head.set("options", options(options));
    head.put("date", LocalDate.now().toString());
    return new Recording(head);
  }

  /** Those options that can change an answer. */
  private static ObjectNode options(EngineOptions options) {
    ObjectNode json = JSON.createObjectNode();
    json.put("contextLength", options.contextLength());
    json.put("kvType", options.kvType().name());
    json.put("precision", options.precision().name());
    json.put("yarnRounded", options.yarnRounded());
    json.put("chatTemplate", options.chatTemplate());
    return json;
  }

  /**
   * @throws InvalidRequest if the file is no recording
   */
  static Recording read(Path file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String first = lines.readLine();
      if (!(JSON.readTree(first == null ? "" : first) instanceof ObjectNode head)
          || head.path("recording").asInt() != FORMAT) {
        throw new InvalidRequest(file + ": is no recording of this version");
      }
      Recording recording = new Recording(head);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        recording.add(JSON.readTree(line));
      }
      return recording;
    } catch (JsonProcessingException | NullPointerException e) {
      throw new InvalidRequest(file + ": cannot be read as a recording: " + e.getMessage(), e);
    }
  }

  private void add(JsonNode line) throws IOException {
    Entry entry = entry(line.get("request").asText());
    if (line.has("refused")) {
      entry.outcomes.add(new Outcome.Refused(Refusals.read(line.get("refused"))));
      return;
    }
    for (JsonNode answer : line.get("answers")) {
      List<GenerationEvent> events = new ArrayList<>();
      for (JsonNode event : answer) {
        events.add(EventJson.read(event));
      }
      entry.outcomes.add(new Outcome.Answered(events));
    }
  }

  /** Writes all that is known, whole or not at all. */
  synchronized void write(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path temporary = Files.createTempFile(target.getParent(), "recording", ".part");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(temporary)) {
        out.write(head.toString());
        out.newLine();
        for (Entry entry : entries.values()) {
          if (!entry.outcomes.isEmpty()) {
            out.write(line(entry).toString());
            out.newLine();
          }
        }
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static ObjectNode line(Entry entry) {
    ObjectNode line = JSON.createObjectNode();
    line.put("request", entry.request);
    ArrayNode answers = JSON.createArrayNode();
    for (Outcome outcome : entry.outcomes) {
      switch (outcome) {
        case Outcome.Refused(EngineException error) -> line.set("refused", Refusals.write(error));
        case Outcome.Answered(List<GenerationEvent> events) -> {
          ArrayNode answer = answers.addArray();
          events.forEach(event -> answer.add(EventJson.write(event)));
        }
      }
    }
    if (!answers.isEmpty()) {
      line.set("answers", answers);
    }
    return line;
  }

  /** The day of the recording: a prompt that shows the date has this one. */
  LocalDate date() {
    return LocalDate.parse(head.get("date").asText());
  }

  String modelSha256() {
    return head.at("/model/sha256").asText();
  }

  /** What is different now from when it was recorded; empty: nothing. */
  Optional<String> stale(EngineOptions options) {
    String version = head.path("version").asText();
    if (!version.equals(EngineVersion.NUMBER)) {
      return Optional.of("it was recorded by version " + version + ", not " + EngineVersion.NUMBER);
    }
    return options == null
        ? Optional.empty()
        : difference(head.get("options"), options(options))
            .map(d -> "the model is opened anew: " + d);
  }

  /** Keeps the place of a request, so that the file has the order of the requests. */
  synchronized void announce(String request) {
    entry(request);
  }

  synchronized void add(String request, Outcome outcome) {
    entry(request).outcomes.add(outcome);
  }

  /** The next answer to a request; after the last one comes the first one again. */
  synchronized Optional<Outcome> next(String request) {
    Entry entry = entries.get(request);
    if (entry == null || entry.outcomes.isEmpty()) {
      return Optional.empty();
    }
    Outcome outcome = entry.outcomes.get(entry.next);
    entry.next = (entry.next + 1) % entry.outcomes.size();
    return Optional.of(outcome);
  }

  private Entry entry(String request) {
    return entries.computeIfAbsent(request, Entry::new);
  }

  /** What tells this request from the most similar one that was recorded, in words. */
  synchronized String nearest(String request) {
    try {
      JsonNode asked = JSON.readTree(request);
      String best = "nothing is recorded";
      long fewest = Long.MAX_VALUE;
      for (String recorded : entries.keySet()) {
        List<String> differences = new ArrayList<>();
        differences("", JSON.readTree(recorded), asked, differences);
        if (differences.size() < fewest) {
          fewest = differences.size();
          best = "the nearest recorded request differs in " + String.join("; ", differences);
        }
      }
      return best;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> difference(JsonNode recorded, JsonNode now) {
    List<String> all = new ArrayList<>();
    differences("", recorded, now, all);
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", all));
  }

  /** Names each place where two values differ, as deep as both are objects or arrays alike. */
  private static void differences(String at, JsonNode recorded, JsonNode now, List<String> found) {
    if (recorded != null && now != null && recorded.isObject() && now.isObject()) {
      List<String> names = new ArrayList<>();
      recorded.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(name -> addNew(names, name));
      for (String name : names) {
        String place = at.isEmpty() ? name : at + "." + name;
        differences(place, recorded.get(name), now.get(name), found);
      }
    } else if (recorded != null
        && now != null
        && recorded.isArray()
        && now.isArray()
        && recorded.size() == now.size()) {
      for (int i = 0; i < now.size(); i++) {
        differences(at + "[" + i + "]", recorded.get(i), now.get(i), found);
      }
    } else if (!Objects.equals(text(recorded), text(now))) {
      found.add(at + " (recorded: " + shown(recorded) + ", now: " + shown(now) + ")");
    }
  }

  private static void addNew(List<String> names, String name) {
    if (!names.contains(name)) {
      names.add(name);
    }
  }

  private static String text(JsonNode value) {
    return value == null ? null : value.toString();
  }

  private static String shown(JsonNode value) {
    String text = value == null ? "nothing" : value.toString();
    return text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "..." : text;
  }
}
