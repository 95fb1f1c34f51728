package dev.javelin.cli;

import dev.javelin.engine.Generation;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.GenerativeModel;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Message;
import dev.javelin.engine.TokenLimitExceeded;
import dev.javelin.engine.sampling.SamplingParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of one chat: messages, settings, and the answer in progress. Knows nothing of prompts
 * and signals: it takes complete inputs. {@link #interrupt} may be called from another thread, all
 * else belongs to one.
 */
final class ChatSession {
  /** What an interrupt meant. */
  enum Interrupted {
    ANSWER_STOPPED,
    WARNED,
    SHOULD_END
  }

  private final GenerativeModel model;
  private final Terminal terminal;
  private final SamplingOptions options;
  private final ConversationOptions conversation;
  private final SessionFile file;
  private final boolean verbose;
  private final ChatCommands commands = new ChatCommands();
  private final List<Message> messages = new ArrayList<>();
  private SamplingParameters sampling;
  private boolean statistics = true;

  private final Object lock = new Object();
  private Generation running;
  private boolean warned;

  ChatSession(
      GenerativeModel model,
      Terminal terminal,
      SamplingOptions options,
      ConversationOptions conversation,
      SessionFile file,
      boolean verbose) {
    this.model = model;
    this.terminal = terminal;
    this.options = options;
    this.conversation = conversation;
    this.file = file;
    this.verbose = verbose;
    this.sampling = options.over(model.defaultSampling());
  }

  /**
   * Takes a message or a command.
   *
   * @return false if the chat is over
   */
  boolean take(String input) {
    synchronized (lock) {
      warned = false;
    }
    if (input.isBlank()) {
      return true;
    }
    try {
      if (input.startsWith("/")) {
        return commands.run(input.strip(), this);
      }
      say(input);
    } catch (IOException | RuntimeException failure) {
      // The chat goes on: what failed is this input.
      new FailureReport(terminal).print(failure, verbose);
    }
    return true;
  }

  /** Stops the answer in progress; without one, the first call warns and the second ends. */
  Interrupted interrupt() {
    synchronized (lock) {
      if (running != null) {
        running.cancel();
        return Interrupted.ANSWER_STOPPED;
      }
      boolean second = warned;
      warned = true;
      return second ? Interrupted.SHOULD_END : Interrupted.WARNED;
    }
  }

  /** The user's next message, and the answer to it. If that fails, the message is forgotten. */
  void say(String text) {
    exchange(messages, text);
  }

  /** Puts a message and the answer to it behind {@code earlier}, or changes nothing. */
  private void exchange(List<Message> earlier, String text) {
    var all = new ArrayList<Message>(earlier);
    all.add(Message.user(text));
    var result = answer(all);
    all.add(Message.assistant(result.text(), result.reasoning(), result.toolCalls()));
    messages.clear();
    messages.addAll(all);
    keep(result);
  }

  /** An answer that was given is not taken back because it cannot be kept. */
  private void keep(GenerationResult result) {
    if (result.blocks().isPresent()) {
      try {
        file.keep(result.blocks().get(), messages);
      } catch (IOException | InvalidRequest failure) {
        new FailureReport(terminal).print(failure, verbose);
      }
    }
  }

  /** Another answer to the last message. If that fails, the one before stays. */
  void regenerate() {
    int asked = messages.size() - 2;
    if (asked < 0) {
      throw new IllegalStateException("nothing has been answered yet");
    }
    exchange(messages.subList(0, asked), messages.get(asked).content());
  }

  /** Forgets what was said, in the session's file too. */
  void clear() throws IOException {
    file.forget();
    messages.clear();
  }

  private GenerationResult answer(List<Message> asked) {
    var printer = new AnswerPrinter(terminal);
    GenerationResult result;
    try {
      var request = options.builder(conversation.prompt(asked), sampling).keepBlocks(file.isUsed());
      file.blocks().ifPresent(request::past);
      var generation = model.submit(request.build());
      synchronized (lock) {
        running = generation;
      }
      result = generation.await(printer);
    } catch (TokenLimitExceeded full) {
      throw new InvalidRequest(
          "the conversation would have %d tokens, but the context holds %d: /clear forgets what was said; a chat started with -c N has more room"
              .formatted(full.promptTokens(), full.contextLength()),
          full);
    } finally {
      synchronized (lock) {
        running = null;
      }
      printer.end();
    }
    if (statistics) {
      terminal.err().println(Statistics.line(result));
      if (verbose && model instanceof LanguageModel local) {
        terminal.err().println(Statistics.blocks(local.counters()));
      }
    }
    return result;
  }

  Terminal terminal() {
    return terminal;
  }

  GenerativeModel model() {
    return model;
  }

  List<Message> messages() {
    return messages;
  }

  ConversationOptions conversation() {
    return conversation;
  }

  SamplingParameters sampling() {
    return sampling;
  }

  void sampling(SamplingParameters value) {
    sampling = value;
  }

  boolean statistics() {
    return statistics;
  }

  void statistics(boolean shown) {
    statistics = shown;
  }
}
