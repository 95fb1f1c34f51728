package dev.javelin.server.guard;

import dev.javelin.server.http.ApiError;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which web pages may talk to the server: its own, and those of allowed origins. A server without
 * keys also refuses requests that browsers send for other pages, and host names that are not its
 * own, so that no page on the Internet can use a server that only listens on its visitor's machine.
 */
public final class Origins {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final HttpString ALLOW_ORIGIN =
      HttpString.tryFromString("Access-Control-Allow-Origin");
  private static final HttpString ALLOW_METHODS =
      HttpString.tryFromString("Access-Control-Allow-Methods");
  private static final HttpString ALLOW_HEADERS =
      HttpString.tryFromString("Access-Control-Allow-Headers");
  private static final HttpString REQUEST_HEADERS =
      HttpString.tryFromString("Access-Control-Request-Headers");
  private static final HttpString EXPOSE_HEADERS =
      HttpString.tryFromString("Access-Control-Expose-Headers");
  private static final HttpString MAX_AGE = HttpString.tryFromString("Access-Control-Max-Age");
  private static final String READABLE =
      "X-Request-Id, Retry-After, x-ratelimit-limit-requests, x-ratelimit-remaining-requests,"
          + " x-ratelimit-reset-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens,"
          + " x-ratelimit-reset-tokens";

  private final List<String> allowed;
  private final boolean guarded;
  private final boolean loopbackOnly;

  /**
   * @param allowed origins, or {@code *} for all
   * @param guarded whether the server has keys
   * @param loopbackOnly whether it listens on the machine's own address only
   */
  public Origins(List<String> allowed, boolean guarded, boolean loopbackOnly) {
    this.allowed = allowed;
    this.guarded = guarded;
    this.loopbackOnly = loopbackOnly;
  }

  /**
   * Sets the headers for a page that may read the answer.
   *
   * @throws ApiError 403 if the request comes from a page that may not
   */
  public void check(HttpServerExchange exchange) {
    HeaderMap request = exchange.getRequestHeaders();
    String host = request.getFirst(Headers.HOST);
    if (!guarded && loopbackOnly && host != null && !LOOPBACK.contains(name(host))) {
      throw ApiError.forbidden("the host name of the request is not one of this server");
    }
    String origin = request.getFirst(Headers.ORIGIN);
    if (origin == null) {
      return;
    }
    if (allowed.contains("*") || allowed.contains(origin)) {
      HeaderMap response = exchange.getResponseHeaders();
      response.put(ALLOW_ORIGIN, allowed.contains("*") ? "*" : origin);
      response.put(EXPOSE_HEADERS, READABLE);
      response.add(Headers.VARY, "Origin");
    } else if (!guarded && !isOwn(exchange, origin, host)) {
      throw ApiError.forbidden(
          "pages of this origin may not use the server; --cors-origin allows them");
    }
  }

  /**
   * What a browser wants to know before it sends a request for a page. An allowed page may send all
   * headers that it asks for, since clients have many of their own.
   */
  public void preflight(HttpServerExchange exchange, Set<String> methods) {
    HeaderMap response = exchange.getResponseHeaders();
    response.put(Headers.ALLOW, String.join(", ", methods));
    if (response.contains(ALLOW_ORIGIN)) {
      response.put(ALLOW_METHODS, String.join(", ", methods));
      String headers = exchange.getRequestHeaders().getFirst(REQUEST_HEADERS);
      if (headers != null) {
        response.put(ALLOW_HEADERS, headers);
      }
      response.add(Headers.VARY, REQUEST_HEADERS.toString());
      response.put(MAX_AGE, "600");
    }
  }

  private static boolean isOwn(HttpServerExchange exchange, String origin, String host) {
    return origin.equalsIgnoreCase(exchange.getRequestScheme() + "://" + host);
  }

  private static String name(String host) {
    int colon = host.lastIndexOf(':');
    boolean port = colon > 0 && host.indexOf(']') < colon;
    return (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
  }
}
