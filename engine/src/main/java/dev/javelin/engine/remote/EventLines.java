package dev.javelin.engine.remote;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/**
 * The data of server-sent events, one after the other: lines {@code data: ...} up to an empty line.
 * Comments, names and ids of events mean nothing here.
 */
final class EventLines {
  private static final String DATA = "data:";

  private final BufferedReader in;

  EventLines(BufferedReader in) {
    this.in = in;
  }

  /** The data of the next event; empty at the end of the stream. */
  Optional<String> next() throws IOException {
    StringBuilder data = null;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty() && data != null) {
        return Optional.of(data.toString());
      }
      if (line.startsWith(DATA)) {
        String value = line.substring(DATA.length());
        data = data == null ? new StringBuilder() : data.append('\n');
        data.append(value.startsWith(" ") ? value.substring(1) : value);
      }
    }
    return Optional.ofNullable(data).map(StringBuilder::toString);
  }
}
