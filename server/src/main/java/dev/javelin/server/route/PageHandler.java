package dev.javelin.server.route;

import dev.javelin.server.http.Call;
import dev.javelin.server.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * One file of the chat page, from the jar. It may load nothing from elsewhere, and no other page
 * may frame it.
 */
public final class PageHandler implements Handler {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private final byte[] bytes;
  private final String contentType;

  /**
   * @param file in the resource folder {@code page}
   */
  public PageHandler(String file, String contentType) {
    this.contentType = contentType;
    try (InputStream in =
        PageHandler.class.getResourceAsStream("/dev/javelin/server/page/" + file)) {
      if (in == null) {
        throw new IllegalStateException("this build has no page/" + file);
      }
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handle(Call call) throws IOException {
    call.setHeader("Content-Security-Policy", POLICY);
    call.setHeader("X-Content-Type-Options", "nosniff");
    call.setHeader("Referrer-Policy", "no-referrer");
    call.setHeader("Cache-Control", "no-cache");
    call.send(200, contentType, bytes);
  }
}
