package dev.javelin.server.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** How an error looks to the clients of a route. */
public enum ErrorStyle {
  /** {@code {"error": {message, type, param, code}}}. */
  OPENAI {
    @Override
    public Object body(ApiError error, String requestId) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("message", error.getMessage());
      fields.put("type", error.type());
      fields.put("param", error.param());
      fields.put("code", error.code());
      return Map.of("error", fields);
    }
  },
  /** {@code {"type": "error", "error": {type, message}, "request_id"}}. */
  ANTHROPIC {
    @Override
    public Object body(ApiError error, String requestId) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("type", error.type().equals("server_error") ? "api_error" : error.type());
      fields.put("message", error.getMessage());
      fields.put("code", error.code());
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("type", "error");
      body.put("error", fields);
      body.put("request_id", requestId);
      return body;
    }
  };

  /** The error as a value to be written as JSON. */
  public abstract Object body(ApiError error, String requestId);
}
