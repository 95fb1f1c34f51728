package dev.javelin.engine.prompt.tagged;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * A call as Hermes and Qwen write it: {@code {"name": "f", "arguments": {...}}}.
 *
 * @param arguments the JSON text as the model wrote it
 */
record CallText(String name, String arguments) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Empty if the text is no such object; {@code parameters} is taken for {@code arguments}. */
  static Optional<CallText> parse(String text) {
    String name = null;
    String arguments = "{}";
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        int from = (int) parser.currentTokenLocation().getCharOffset();
        String scalar = value == JsonToken.VALUE_STRING ? parser.getText() : null;
        parser.skipChildren();
        int to = (int) parser.currentLocation().getCharOffset();
        if (key.equals("name")) {
          name = scalar;
        } else if (key.equals("arguments") || key.equals("parameters")) {
          arguments = scalar != null ? scalar : text.substring(from, to).strip();
        }
      }
      boolean whole = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
      return whole && name != null ? Optional.of(new CallText(name, arguments)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not JSON: the caller keeps the text
    }
  }
}
