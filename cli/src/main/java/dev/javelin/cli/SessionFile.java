package dev.javelin.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.javelin.engine.AgentBlocks;
import dev.javelin.engine.CheckpointInvalid;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Message;
import dev.javelin.engine.PoolExhausted;
import dev.javelin.engine.Role;
import dev.javelin.engine.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import picocli.CommandLine.Option;

/**
 * The file that a chat goes on from: its messages, and the keys and values of what was computed. If
 * those do not fit the model any more, the messages are still there and are computed again.
 */
final class SessionFile {
  private static final String KEY_VARIABLE = "JAVELIN_SESSION_KEY";
  private static final int KEY_BYTES = 32;
  private static final JsonMapper MAPPER = new JsonMapper();

  @Option(
      names = "--session",
      paramLabel = "FILE",
      description = {
        "Go on with the conversation in this file, and keep it there after each answer.",
        "With "
            + KEY_VARIABLE
            + " (64 hexadecimal digits) or --session-key-file the file is encrypted."
      })
  private Path file;

  @Option(
      names = "--session-key-file",
      paramLabel = "FILE",
      description = "A file with the session's key, 64 hexadecimal digits.")
  private Path keyFile;

  private Optional<AgentBlocks> blocks = Optional.empty();

  boolean isUsed() {
    return file != null;
  }

  /** States that are kept beside the running answer: the last one's end, and its prompt's. */
  int keptStates() {
    return isUsed() ? 2 : 0;
  }

  /** What was computed so far, if it can be used. */
  Optional<AgentBlocks> blocks() {
    return blocks;
  }

  /** Reads the messages, and the blocks where they fit; checks that a new file can be kept. */
  List<Message> open(LanguageModel model, Terminal terminal) throws IOException {
    if (file == null) {
      return List.of();
    }
    Optional<SecretKey> key = key();
    if (!Files.exists(file)) {
      checkFolder();
      return List.of();
    }
    if (Files.isDirectory(file)) {
      throw new InvalidRequest(file + ": is a folder; --session needs the name of a file");
    }
    List<Message> messages = messages(AgentBlocks.readNote(file, key));
    try {
      blocks = Optional.of(model.restore(file, key));
      terminal
          .err()
          .println("javelin: going on from " + file + ": " + blocks.get().length() + " tokens");
    } catch (CheckpointInvalid | PoolExhausted e) {
      terminal.err().println("javelin: " + e.getMessage() + "; the conversation is computed again");
    }
    return messages;
  }

  private void checkFolder() {
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new InvalidRequest(folder + ": no such folder; the session cannot be kept there");
    }
    if (!Files.isWritable(folder)) {
      throw new InvalidRequest(folder + ": not allowed to write the session there");
    }
  }

  /** Keeps the state after an answer. */
  void keep(AgentBlocks now, List<Message> messages) throws IOException {
    blocks.ifPresent(AgentBlocks::close);
    blocks = Optional.of(now);
    now.save(file, key(), note(messages));
  }

  /** Drops what was computed, and the file. */
  void forget() throws IOException {
    close();
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }

  void close() {
    blocks.ifPresent(AgentBlocks::close);
    blocks = Optional.empty();
  }

  private Optional<SecretKey> key() throws IOException {
    String digits = keyFile != null ? TextFile.read(keyFile).strip() : System.getenv(KEY_VARIABLE);
    if (digits == null || digits.isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] bytes = HexFormat.of().parseHex(digits);
      if (bytes.length == KEY_BYTES) {
        return Optional.of(new SecretKeySpec(bytes, "AES"));
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one message for all that is no key.
    }
    throw new InvalidRequest("the session's key must be 64 hexadecimal digits (32 bytes)");
  }

  private static String note(List<Message> messages) throws JsonProcessingException {
    ArrayNode array = MAPPER.createArrayNode();
    for (Message message : messages) {
      var node = array.addObject();
      node.put("role", message.role().name().toLowerCase(Locale.ROOT));
      node.put("content", message.content());
      node.put("reasoning_content", message.reasoning());
      var calls = node.putArray("tool_calls");
      for (ToolCall call : message.toolCalls()) {
        calls
            .addObject()
            .put("id", call.id())
            .put("name", call.name())
            .put("arguments", call.arguments());
      }
    }
    return MAPPER.writeValueAsString(array);
  }

  private List<Message> messages(String note) {
    List<Message> messages = new ArrayList<>();
    try {
      for (JsonNode node : MAPPER.readTree(note)) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : node.path("tool_calls")) {
          calls.add(
              new ToolCall(
                  call.path("id").asText(),
                  call.path("name").asText(),
                  call.path("arguments").asText()));
        }
        messages.add(
            new Message(
                Role.valueOf(node.path("role").asText().toUpperCase(Locale.ROOT)),
                node.path("content").asText(),
                node.path("reasoning_content").isNull()
                    ? null
                    : node.path("reasoning_content").asText(),
                calls,
                null,
                null));
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new InvalidRequest(file + ": holds no conversation that can be read", e);
    }
    return messages;
  }
}
