package dev.javelin.cli;

import dev.javelin.engine.GenerativeModel;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Message;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.RemoteModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code chat}: a conversation, line by line. Ctrl-C stops the answer and not the program; where
 * nothing is being answered, the second Ctrl-C in a row ends it. From a pipe each line is a
 * message, and no prompt is shown.
 */
@Command(
    name = "chat",
    description = {
      "Talk with the model.",
      "Within the chat, /help lists what else it understands."
    })
final class ChatCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;
  private static final String PROMPT = "> ";
  private static final String MORE = "... ";
  private static final String QUOTES = "\"\"\"";

  @Mixin private CommonOptions common;
  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling;
  @Mixin private ConversationOptions conversation;
  @Mixin private SessionFile sessionFile;

  private final Terminal terminal;

  ChatCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    sampling.check();
    try (var opened = model.openAny(terminal, sessionFile.keptStates())) {
      var session =
          new ChatSession(opened, terminal, sampling, conversation, sessionFile, common.verbose);
      session.messages().addAll(earlier(opened));
      if (terminal.inIsTerminal()) {
        terminal.err().println(opened.name() + ": type a message, or /help");
        Interrupts.handleWith(() -> interrupt(session));
      }
      talk(session);
      sessionFile.close();
    }
    return 0;
  }

  private List<Message> earlier(GenerativeModel opened) throws IOException {
    return switch (opened) {
      case LanguageModel local -> {
        ConversationOptions.checkFormat(local);
        yield sessionFile.open(local, terminal);
      }
      case RemoteModel remote -> {
        if (sessionFile.isUsed()) {
          throw new NotSupported(
              "--session keeps what was computed, which a server does not give away; /save keeps the text");
        }
        yield List.of();
      }
    };
  }

  private void talk(ChatSession session) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
    boolean open = true;
    while (open) {
      var input = read(lines);
      open = input != null && session.take(input);
    }
    if (terminal.inIsTerminal()) {
      terminal.err().println();
    }
  }

  /** One message: a line, or all lines between two lines of three quotes. */
  private String read(BufferedReader lines) throws IOException {
    prompt(PROMPT);
    var line = lines.readLine();
    if (line == null || !line.strip().startsWith(QUOTES)) {
      return line;
    }
    var text = new StringBuilder(line.strip().substring(QUOTES.length()));
    while (text.indexOf(QUOTES) < 0) {
      prompt(MORE);
      var more = lines.readLine();
      if (more == null) {
        return text.toString();
      }
      text.append(text.isEmpty() ? "" : "\n").append(more);
    }
    return text.substring(0, text.indexOf(QUOTES)).strip();
  }

  private void prompt(String text) {
    if (terminal.inIsTerminal()) {
      terminal.err().print(text);
      terminal.err().flush();
    }
  }

  private void interrupt(ChatSession session) {
    switch (session.interrupt()) {
      case ANSWER_STOPPED -> {}
      case WARNED -> {
        terminal.err().println("\n(Ctrl-C again, or /exit, ends the chat)");
        prompt(PROMPT);
      }
      case SHOULD_END -> {
        terminal.err().println();
        Runtime.getRuntime().halt(INTERRUPTED);
      }
    }
  }
}
