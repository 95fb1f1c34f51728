package dev.javelin.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The three standard streams, and which of them are a terminal. Text is UTF-8 whatever the locale,
 * so that a pipe gets the same bytes everywhere; a Windows console gets its own encoding.
 *
 * @param inIsTerminal a person types
 * @param outIsTerminal a person reads the answer
 * @param errIsTerminal a person reads what is said about it
 */
record Terminal(
    InputStream in,
    StandardOutput out,
    PrintStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal) {
  /**
   * Letters i, o, e for the streams that are terminals: the launcher asks the system, which Java
   * cannot for each alone.
   */
  private static final String PROPERTY = "javelin.terminals";

  static Terminal ofProcess() {
    var told = System.getProperty(PROPERTY);
    var console = System.console();
    boolean both = console != null && console.isTerminal();
    boolean in = told == null ? both : told.contains("i");
    boolean out = told == null ? both : told.contains("o");
    boolean err = told == null ? both : told.contains("e");
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        new StandardOutput(
            new FileOutputStream(FileDescriptor.out), charset(out, "stdout.encoding")),
        new PrintStream(
            new FileOutputStream(FileDescriptor.err), true, charset(err, "stderr.encoding")),
        in,
        out,
        err);
  }

  private static Charset charset(boolean isTerminal, String encodingProperty) {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    return windows && isTerminal
        ? Charset.forName(System.getProperty(encodingProperty))
        : StandardCharsets.UTF_8;
  }

  PrintWriter outWriter() {
    return new PrintWriter(out, true, out.charset());
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, err.charset());
  }

  /** All of standard input as text; a byte that is not UTF-8 is an error, not a question mark. */
  String readAll() throws IOException {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try {
      return decoder.decode(ByteBuffer.wrap(in.readAllBytes())).toString();
    } catch (CharacterCodingException notText) {
      throw new IOException("standard input is not UTF-8 text");
    }
  }
}
