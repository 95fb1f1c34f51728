package dev.javelin.server.http;

/**
 * One endpoint.
 *
 * @param path as in {@code /v1/models/{id}}: a last part in braces takes the rest of the path
 * @param quick whether the handler neither waits nor reads a body: it runs on the thread that read
 *     the request, so that it answers at once however busy the server is
 * @param summary one sentence for the API's description
 */
public record Route(
    String method,
    String path,
    Access access,
    boolean quick,
    ErrorStyle errors,
    Handler handler,
    String summary) {
  public static Route get(String path, Access access, Handler handler, String summary) {
    return new Route("GET", path, access, false, ErrorStyle.OPENAI, handler, summary);
  }

  public static Route post(String path, Access access, Handler handler, String summary) {
    return new Route("POST", path, access, false, ErrorStyle.OPENAI, handler, summary);
  }

  /** The same route, answered on the thread that read the request. */
  public Route answeredAtOnce() {
    return new Route(method, path, access, true, errors, handler, summary);
  }

  public Route withErrors(ErrorStyle style) {
    return new Route(method, path, access, quick, style, handler, summary);
  }

  /** Whether this is one of the server's endpoints, and not only something to say no with. */
  public boolean isKnown() {
    return !summary.isEmpty();
  }

  /** Whether the path's last part takes whatever the client writes there. */
  public boolean isOpenEnded() {
    return path.endsWith("}");
  }

  /** The path up to the part in braces. */
  public String fixedPath() {
    return isOpenEnded() ? path.substring(0, path.indexOf('{')) : path;
  }
}
