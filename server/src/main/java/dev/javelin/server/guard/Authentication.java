package dev.javelin.server.guard;

import dev.javelin.server.http.Access;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Caller;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.util.Locale;
import java.util.Optional;

/** Decides who is calling, and whether they may. */
public final class Authentication {
  private static final String BEARER = "bearer ";

  private final Keys keys;

  public Authentication(Keys keys) {
    this.keys = keys;
  }

  /** Whose key a request has; nobody's if it has none, or one that is not valid. */
  public Caller caller(HeaderMap headers) {
    return keys.areNeeded()
        ? key(headers).flatMap(keys::find).orElse(Caller.ANONYMOUS)
        : Caller.OWNER;
  }

  /**
   * Checks that a caller may use routes of this access.
   *
   * @throws ApiError 401 without a valid key, 403 without the role
   */
  public void check(Caller caller, HeaderMap headers, Access access) {
    if (access != Access.OPEN && caller == Caller.ANONYMOUS) {
      throw refused(key(headers));
    }
    if (access == Access.ADMIN && !caller.admin()) {
      throw ApiError.forbidden("this route needs an admin's key");
    }
  }

  private static ApiError refused(Optional<String> key) {
    return ApiError.unauthenticated(
        key.isPresent()
            ? "the API key is not valid"
            : "an API key is needed: send it as Authorization: Bearer KEY, or as X-Api-Key: KEY");
  }

  private static Optional<String> key(HeaderMap headers) {
    String authorization = headers.getFirst(Headers.AUTHORIZATION);
    if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Optional.of(authorization.substring(BEARER.length()).strip());
    }
    return Optional.ofNullable(headers.getFirst("X-Api-Key")).map(String::strip);
  }
}
