package dev.javelin.server.http;

import java.util.OptionalInt;

/**
 * An answer that is not what the client hoped for: status, the four fields of an error body, and
 * when to try again. Thrown anywhere below a handler; the router turns it into the body that the
 * endpoint's clients expect.
 */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final String code;
  private final String param;
  private final int retryAfterSeconds;

  /**
   * @param type family of errors, such as {@code invalid_request_error}
   * @param code stable word for this error
   * @param param name of the request's field that is at fault; may be null
   * @param retryAfterSeconds 0: no use in trying again
   */
  private ApiError(
      int status, String type, String code, String param, int retryAfterSeconds, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public static ApiError invalid(String param, String message) {
    return invalid("invalid_request", param, message);
  }

  public static ApiError invalid(String code, String param, String message) {
    return new ApiError(400, "invalid_request_error", code, param, 0, message);
  }

  public static ApiError unauthenticated(String message) {
    return new ApiError(401, "authentication_error", "invalid_api_key", null, 0, message);
  }

  public static ApiError forbidden(String message) {
    return new ApiError(403, "permission_error", "permission_denied", null, 0, message);
  }

  public static ApiError notFound(String code, String param, String message) {
    return new ApiError(404, "not_found_error", code, param, 0, message);
  }

  public static ApiError methodNotAllowed(String message) {
    return new ApiError(405, "invalid_request_error", "method_not_allowed", null, 0, message);
  }

  public static ApiError tooLarge(String message) {
    return new ApiError(413, "invalid_request_error", "request_too_large", null, 0, message);
  }

  public static ApiError rateLimited(int retryAfterSeconds, String message) {
    return new ApiError(
        429,
        "rate_limit_error",
        "rate_limit_exceeded",
        null,
        Math.max(1, retryAfterSeconds),
        message);
  }

  public static ApiError overloaded(String code, int retryAfterSeconds, String message) {
    return new ApiError(
        503, "overloaded_error", code, null, Math.max(1, retryAfterSeconds), message);
  }

  public static ApiError unavailable(String code, int retryAfterSeconds, String message) {
    return new ApiError(
        503, "unavailable_error", code, null, Math.max(1, retryAfterSeconds), message);
  }

  public static ApiError notSupported(String code, String param, String message) {
    return new ApiError(501, "not_supported_error", code, param, 0, message);
  }

  public static ApiError timeout(String message) {
    return new ApiError(504, "timeout_error", "deadline_exceeded", null, 0, message);
  }

  public static ApiError internal(String requestId) {
    return new ApiError(
        500,
        "server_error",
        "internal_error",
        null,
        0,
        "the server failed; its log says more under request id " + requestId);
  }

  public int status() {
    return status;
  }

  public String type() {
    return type;
  }

  public String code() {
    return code;
  }

  /** The field at fault, or null. */
  public String param() {
    return param;
  }

  public OptionalInt retryAfterSeconds() {
    return retryAfterSeconds == 0 ? OptionalInt.empty() : OptionalInt.of(retryAfterSeconds);
  }
}
