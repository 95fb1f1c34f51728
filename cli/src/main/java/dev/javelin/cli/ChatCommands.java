package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Message;
import dev.javelin.engine.ReasoningLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** What a chat understands besides messages: words with a slash in front. */
final class ChatCommands {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static final String HELP =
      """
      /help                 this list
      /exit, /quit, /bye    end the chat (as Ctrl-D does)
      /clear                forget what was said, in the session's file too
      /regen                answer the last message again
      /system TEXT          instructions in front of the conversation (no TEXT: none)
      /reasoning LEVEL      low, medium or high
      /set NAME VALUE       temperature, top-k, top-p, min-p, repetition-penalty,
                            presence-penalty, frequency-penalty or seed
      /show                 settings, and how full the context is
      /stats on|off         the line about speed after each answer
      /read FILE            send the text of a file as a message
      /save FILE            write the conversation to a file, as JSON
      \"""                   begins and ends a message of several lines
      Ctrl-C                stops the answer
      """;

  /** Runs one; false if the chat is over. */
  boolean run(String input, ChatSession session) throws IOException {
    var words = input.split("\\s+", 2);
    var argument = words.length > 1 ? words[1].strip() : "";
    switch (words[0].toLowerCase(Locale.ROOT)) {
      case "/exit", "/quit", "/bye" -> {
        return false;
      }
      case "/help", "/?" -> session.terminal().err().print(HELP);
      case "/clear" -> session.clear();
      case "/regen" -> session.regenerate();
      case "/system" -> session.conversation().system = argument.isEmpty() ? null : argument;
      case "/reasoning" ->
          session.conversation().reasoning =
              ReasoningLevel.parse(argument)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "/reasoning needs low, medium or high, not '" + argument + "'"));
      case "/set" -> set(argument, session);
      case "/show" -> show(session);
      case "/stats" -> session.statistics(!argument.equals("off"));
      case "/read" -> session.say(TextFile.read(file(words[0], argument)));
      case "/save" -> save(file(words[0], argument), session);
      default ->
          throw new IllegalArgumentException("no such command: " + words[0] + "; /help lists them");
    }
    return true;
  }

  private static Path file(String command, String argument) {
    if (argument.isEmpty()) {
      throw new IllegalArgumentException(command + " needs a FILE");
    }
    return Path.of(argument);
  }

  private static void set(String argument, ChatSession session) {
    var words = argument.split("\\s+");
    if (words.length != 2) {
      throw new IllegalArgumentException(
          "/set needs a name and a value, as in /set temperature 0.7");
    }
    session.sampling(SamplingSetting.change(session.sampling(), words[0], words[1]));
  }

  private static void show(ChatSession session) {
    var rows = new Columns("l", "l");
    rows.row("model", session.model().name());
    rows.row(
        "system", session.conversation().system == null ? "none" : session.conversation().system);
    var reasoning = session.conversation().reasoning;
    rows.row("reasoning", reasoning == null ? "as the model is used to" : reasoning.text());
    SamplingSetting.values(session.sampling()).forEach(rows::row);
    if (session.model() instanceof LanguageModel local) {
      int used =
          session.messages().isEmpty()
              ? 0
              : local.promptIds(session.conversation().prompt(session.messages())).length;
      rows.row("context", used + " of " + local.info().contextLength() + " tokens");
    }
    session.terminal().err().print(rows);
  }

  private static void save(Path file, ChatSession session) throws IOException {
    var messages = session.messages().stream().map(ChatCommands::json).toList();
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), messages);
  }

  private static Object json(Message message) {
    var json =
        ResultJson.ordered(
            "role", message.role().name().toLowerCase(Locale.ROOT), "content", message.content());
    if (message.reasoning() != null && !message.reasoning().isEmpty()) {
      json.put("reasoning_content", message.reasoning());
    }
    return json;
  }
}
