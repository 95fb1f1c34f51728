package dev.javelin.cli;

import dev.javelin.engine.GenerationEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * Prints an answer while it is being written: the answer itself on standard output, and the chain
 * of thought dimmed on standard error if a person reads both. Ends the last line. Stops where
 * nobody reads any more.
 */
final class AnswerPrinter implements Consumer<GenerationEvent> {
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[22m";

  private final Terminal terminal;
  private final boolean showReasoning;
  private final boolean coloured;
  private boolean reasoning;
  private boolean lineOpen;

  AnswerPrinter(Terminal terminal) {
    this.terminal = terminal;
    this.showReasoning = terminal.outIsTerminal() && terminal.errIsTerminal();
    this.coloured = System.getenv("NO_COLOR") == null;
  }

  @Override
  public void accept(GenerationEvent event) {
    switch (event) {
      case GenerationEvent.Text text -> answer(text.piece());
      case GenerationEvent.Reasoning thought -> think(thought.piece());
      case GenerationEvent.ToolCallStarted call ->
          note("the model calls the function " + call.name());
      case GenerationEvent.ToolCallArguments _,
          GenerationEvent.TokenChosen _,
          GenerationEvent.Prefilled _,
          GenerationEvent.Finished _,
          GenerationEvent.Failed _ -> {}
    }
  }

  /** Ends what is open: colour and line. */
  void end() {
    endReasoning();
    if (lineOpen) {
      terminal.out().println();
      lineOpen = false;
    }
    terminal.out().flush();
  }

  private void answer(String piece) {
    endReasoning();
    if (!piece.isEmpty()) {
      terminal.out().print(terminal.outIsTerminal() ? harmless(piece) : piece);
      lineOpen = true;
      try {
        terminal.out().check();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }

  private void think(String piece) {
    if (showReasoning && !piece.isEmpty()) {
      // Switched on and off for each piece: Ctrl-C in between leaves the terminal as it was.
      terminal.err().print(coloured ? DIM + harmless(piece) + PLAIN : harmless(piece));
      terminal.err().flush();
      reasoning = true;
    }
  }

  private void endReasoning() {
    if (reasoning) {
      terminal.err().println();
      reasoning = false;
    }
  }

  private void note(String text) {
    end();
    terminal.err().println("javelin: " + FileReport.printable(text));
  }

  /**
   * What a model writes must not drive the terminal: control characters other than line breaks and
   * tabs are shown.
   */
  static String harmless(String piece) {
    boolean clean =
        piece.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
    if (clean) {
      return piece;
    }
    var shown = new StringBuilder(piece.length());
    piece
        .chars()
        .forEach(
            c ->
                shown.append(
                    Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r'
                        ? '\ufffd'
                        : (char) c));
    return shown.toString();
  }
}
