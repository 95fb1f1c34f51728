package dev.javelin.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/** Standard output, which can say why it failed; a {@link PrintStream} only knows that it did. */
final class StandardOutput extends PrintStream {
  private static final String NOBODY_READS = "Broken pipe";

  private final Watched target;

  StandardOutput(OutputStream target, Charset charset) {
    this(new Watched(target), charset);
  }

  private StandardOutput(Watched target, Charset charset) {
    super(target, true, charset);
    this.target = target;
  }

  /**
   * Refuses to go on if not all that was printed could be written.
   *
   * @throws IOException that names the reason
   */
  void check() throws IOException {
    flush();
    if (target.failure != null) {
      throw new IOException(
          isClosed()
              ? "standard output was closed before all of it was written"
              : "standard output cannot be written: " + target.failure.getMessage(),
          target.failure);
    }
  }

  /** Whether the reader has left, as {@code head} does when it has enough. */
  boolean isClosed() {
    return target.failure != null && NOBODY_READS.equals(target.failure.getMessage());
  }

  /** Keeps the first failure. */
  private static final class Watched extends FilterOutputStream {
    private IOException failure;

    Watched(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException broken) {
        failure = failure == null ? broken : failure;
        throw broken;
      }
    }
  }
}
