package dev.javelin.server.route;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.server.api.ChatRequest;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Fields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /tokenize}, {@code /detokenize}, {@code /apply-template}: what happens to a text before
 * the model sees it.
 */
public final class TokenHandlers {
  private final Backend backend;

  public TokenHandlers(Backend backend) {
    this.backend = backend;
  }

  /** Text, or a conversation, to token ids. */
  public void tokenize(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    Tokenizer tokenizer = model.tokenizer();
    boolean pieces = fields.flag("with_pieces", false);
    int[] ids;
    if (fields.has("messages")) {
      ids = model.promptIds(new Prompt.Chat(conversation(fields)));
    } else {
      String text = text(fields);
      boolean special = fields.flag("parse_special", true);
      boolean add = fields.flag("add_special", false) || fields.flag("add_special_tokens", false);
      ids = add ? tokenizer.encodePrompt(text, special) : tokenizer.encode(text, special);
    }
    call.checkUnknown(fields);
    List<Object> tokens = new ArrayList<>();
    for (int id : ids) {
      tokens.add(pieces ? piece(tokenizer, id) : id);
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("tokens", tokens);
    body.put("count", ids.length);
    body.put("max_model_len", model.info().contextLength());
    call.send(200, body);
  }

  private static Map<String, Object> piece(Tokenizer tokenizer, int id) {
    Map<String, Object> piece = new LinkedHashMap<>();
    piece.put("id", id);
    piece.put("piece", tokenizer.decode(new int[] {id}));
    return piece;
  }

  private static String text(Fields fields) {
    for (String field : List.of("content", "text", "prompt", "input")) {
      Optional<String> text = fields.text(field);
      if (text.isPresent()) {
        return text.get();
      }
    }
    throw fields.missing("content");
  }

  /** Token ids to text. */
  public void detokenize(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    int[] ids = fields.ids("tokens");
    call.checkUnknown(fields);
    int size = model.info().vocabularySize();
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] >= size) {
        throw ApiError.invalid(
            "invalid_value",
            "tokens[" + i + "]",
            "tokens[" + i + "] must be below " + size + ", not " + ids[i]);
      }
    }
    String text = model.tokenizer().decode(ids);
    call.send(200, Map.of("content", text, "prompt", text));
  }

  /** A conversation to the text of its prompt. */
  public void applyTemplate(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    Conversation conversation = conversation(fields);
    call.checkUnknown(fields);
    PromptFormat format =
        model
            .promptFormat()
            .orElseThrow(
                () ->
                    new NotSupported(
                        "this model has no chat format: it was not made for conversations"));
    call.send(200, Map.of("prompt", format.renderText(conversation)));
  }

  private Conversation conversation(Fields fields) {
    return ChatRequest.read(fields, backend.today()).conversation();
  }
}
