package dev.javelin.server;

import java.util.List;
import java.util.Random;

/** Requests that are wrong in one way or another, the same ones for the same seed. */
final class MalformedRequests {
  private static final List<String> PATHS =
      List.of(
          "/v1/chat/completions",
          "/v1/completions",
          "/v1/responses",
          "/v1/messages",
          "/v1/messages/count_tokens",
          "/v1/embeddings",
          "/generate",
          "/chat",
          "/stream",
          "/tokenize",
          "/detokenize",
          "/apply-template");
  private static final List<String> FIELDS =
      List.of(
          "messages",
          "prompt",
          "input",
          "tokens",
          "content",
          "max_tokens",
          "temperature",
          "top_p",
          "top_k",
          "stop",
          "n",
          "logit_bias",
          "seed",
          "reasoning_effort",
          "reasoning",
          "tools",
          "tool_choice",
          "response_format",
          "stream_options",
          "logprobs",
          "top_logprobs",
          "system",
          "thinking",
          "text",
          "think",
          "raw",
          "stream",
          "model",
          "min_p");
  private static final List<String> VALUES =
      List.of(
          "-1",
          "1e999",
          "99999999999999999999999999",
          "\"x\"",
          "\"\"",
          "{}",
          "[]",
          "[[]]",
          "[{}]",
          "[null]",
          "{\"a\":{}}",
          "true",
          "[{\"role\":\"king\",\"content\":\"x\"}]",
          "[{\"role\":\"user\"}]",
          "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
          "{\"type\":\"json_schema\"}",
          "{\"x\":1}",
          "{\"99999999\":1}",
          "{\"1\":\"x\"}",
          "[1,-2]",
          "[999999999]",
          "\"\\ud800\"",
          "0.5",
          "[{\"type\":\"function\"}]",
          "[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]",
          "{\"effort\":\"huge\"}",
          "1e-400");

  private final Random random;

  /**
   * One request.
   *
   * @param path may have no route
   */
  record Request(String method, String path, String body) {}

  MalformedRequests(long seed) {
    random = new Random(seed);
  }

  Request next() {
    String path = PATHS.get(random.nextInt(PATHS.size()));
    return switch (random.nextInt(6)) {
      case 0 -> new Request("POST", path, bytes());
      case 1 -> new Request("POST", path, cut(object()));
      case 2 ->
          new Request(
              List.of("GET", "PUT", "DELETE", "PATCH").get(random.nextInt(4)), path, object());
      case 3 -> new Request("POST", path + "/" + Integer.toHexString(random.nextInt()), object());
      case 4 -> new Request("POST", path, "[".repeat(random.nextInt(2000)) + object());
      default -> new Request("POST", path, object());
    };
  }

  /** An object that no endpoint takes: the last field is wrong everywhere. */
  private String object() {
    StringBuilder text = new StringBuilder("{");
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append('"').append(FIELDS.get(random.nextInt(FIELDS.size()))).append("\":");
      text.append(VALUES.get(random.nextInt(VALUES.size()))).append(',');
    }
    return text.append("\"no_such_field\":1}").toString();
  }

  private String cut(String text) {
    return text.substring(0, random.nextInt(text.length()));
  }

  private String bytes() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(200); i > 0; i--) {
      text.append((char) random.nextInt(0x300));
    }
    return text.toString();
  }
}
