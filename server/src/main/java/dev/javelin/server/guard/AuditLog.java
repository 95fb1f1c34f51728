package dev.javelin.server.guard;

import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.CallRecord;
import dev.javelin.server.http.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One JSON line for each request: who, what, how many tokens, how it ended, how long it took. Never
 * what was said.
 */
public final class AuditLog implements AutoCloseable {
  private final Writer writer;
  private final ServerLog log;

  /** Lines are added to the end of the file. */
  public AuditLog(Path file, ServerLog log) {
    this.log = log;
    try {
      writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new ConfigurationException(
          file + ": the audit log cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes down a call that is over. */
  public void write(Call call, long nanos) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    line.putAll(facts(call, nanos));
    try {
      synchronized (writer) {
        writer.write(Json.text(line));
        writer.write('\n');
        writer.flush();
      }
    } catch (IOException e) {
      log.warn("the audit log cannot be written: " + e.getMessage());
    }
  }

  /** What can be said of a call that is over. */
  public static Map<String, Object> facts(Call call, long nanos) {
    CallRecord facts = call.facts();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("request_id", call.id());
    line.put("caller", call.caller().name());
    line.put("method", call.route().method());
    line.put("route", call.route().path());
    line.put("status", facts.status());
    line.put("outcome", facts.outcome());
    line.put("error", facts.error());
    line.put("prompt_tokens", facts.promptTokens());
    line.put("cached_tokens", facts.cachedTokens());
    line.put("completion_tokens", facts.completionTokens());
    line.put("answer_cached", facts.isFromCache());
    line.put("millis", nanos / 1_000_000);
    return line;
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      log.warn("the audit log cannot be closed: " + e.getMessage());
    }
  }
}
