package dev.javelin.cli;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Message;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.ResponseFormat;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a conversation starts with. */
final class ConversationOptions {
  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "Instructions that stand before the conversation.")
  String system;

  @Option(
      names = "--reasoning",
      paramLabel = "LEVEL",
      converter = ReasoningLevels.class,
      completionCandidates = ReasoningLevels.class,
      description = "How long to think before the answer: ${COMPLETION-CANDIDATES}.")
  ReasoningLevel reasoning;

  /** Refuses a model that was not made for conversations. */
  static void checkFormat(LanguageModel model) {
    if (model.promptFormat().isEmpty()) {
      throw new NotSupported(
          "this model has no chat format: give it one with --chat-template FILE, or a text to continue with generate --raw");
    }
  }

  /**
   * A conversation of one question, asked today. A final line break belongs to the pipe it came
   * through.
   */
  Prompt ask(String question, Optional<ResponseFormat> format) {
    return prompt(List.of(Message.user(question.replaceFirst("\\R\\z", ""))), format);
  }

  /** The conversation so far, with the instructions in front. */
  Prompt prompt(List<Message> messages) {
    return prompt(messages, Optional.empty());
  }

  private Prompt prompt(List<Message> messages, Optional<ResponseFormat> format) {
    var all = new ArrayList<Message>(messages);
    if (system != null) {
      all.addFirst(Message.system(system));
    }
    return new Prompt.Chat(
        new Conversation(all, List.of(), reasoning, format.orElse(null), null, LocalDate.now()));
  }
}
