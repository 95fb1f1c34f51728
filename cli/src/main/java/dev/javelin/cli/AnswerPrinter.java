package dev.javelin.cli;

import dev.javelin.engine.GenerationEvent;
import java.util.function.Consumer;

/**
 * Prints an answer while it is being written: the answer itself on standard output, and the chain of thought dimmed on
 * standard error if a person reads both. Ends the last line.
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
      case GenerationEvent.ToolCallStarted call -> note("the model calls the function " + call.name());
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
      terminal.out().flush();
      lineOpen = true;
    }
  }

  private void think(String piece) {
    if (showReasoning && !piece.isEmpty()) {
      if (!reasoning && coloured) {
        terminal.err().print(DIM);
      }
      reasoning = true;
      terminal.err().print(harmless(piece));
      terminal.err().flush();
    }
  }

  private void endReasoning() {
    if (reasoning) {
      terminal.err().println(coloured ? PLAIN : "");
      reasoning = false;
    }
  }

  private void note(String text) {
    end();
    terminal.err().println("javelin: " + FileReport.printable(text));
  }

  /** What a model writes must not drive the terminal: control characters other than line breaks and tabs are shown. */
  static String harmless(String piece) {
    boolean clean = piece.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
    if (clean) {
      return piece;
    }
    var shown = new StringBuilder(piece.length());
    piece.chars().forEach(c -> shown.append(
        Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r' ? '\ufffd' : (char) c));
    return shown.toString();
  }
}
