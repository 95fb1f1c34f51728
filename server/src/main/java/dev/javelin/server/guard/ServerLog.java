package dev.javelin.server.guard;

import dev.javelin.server.http.Json;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The server's log: one line an event, for people or as JSON. Never holds what users or the model
 * said.
 */
public final class ServerLog {
  /** How lines look. */
  public enum Form {
    TEXT,
    JSON,
    OFF
  }

  private final Form form;
  private final PrintStream out;

  public ServerLog(Form form, PrintStream out) {
    this.form = form;
    this.out = out;
  }

  public void info(String message) {
    write("info", message, Map.of());
  }

  public void info(String message, Map<String, Object> facts) {
    write("info", message, facts);
  }

  public void warn(String message) {
    write("warning", message, Map.of());
  }

  public void error(String message, String requestId, Throwable cause) {
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace, true));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("request_id", requestId);
    facts.put("trace", trace.toString());
    write("error", message, facts);
  }

  private void write(String level, String message, Map<String, Object> facts) {
    String time = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    switch (form) {
      case OFF -> {}
      case JSON -> {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", time);
        line.put("level", level);
        line.put("message", message);
        line.putAll(facts);
        out.println(Json.text(line));
      }
      case TEXT -> {
        StringBuilder line =
            new StringBuilder(time).append(' ').append(level).append(' ').append(message);
        facts.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
        out.println(line);
      }
    }
  }
}
