package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.prompt.PromptPieces;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The chat format of gpt-oss. The prompt ends with {@code <|start|>assistant}; the model writes the
 * channel itself.
 */
public final class HarmonyFormat implements PromptFormat {
  private final Tokenizer tokenizer;
  private final HarmonyTokens tokens;
  private final String identity;

  /**
   * @param identity the identity line for conversations without one; null: OpenAI's
   */
  public HarmonyFormat(Tokenizer tokenizer, String identity) {
    this.tokenizer = tokenizer;
    this.tokens = new HarmonyTokens(tokenizer);
    this.identity = identity == null ? ConversationMapper.OPENAI_IDENTITY : identity;
  }

  /** Whether the vocabulary has Harmony's tokens. */
  public static boolean fits(Tokenizer tokenizer) {
    return HarmonyTokens.areIn(tokenizer);
  }

  @Override
  public String name() {
    return "harmony";
  }

  @Override
  public String renderText(Conversation conversation) {
    return pieces(conversation).text();
  }

  @Override
  public int[] render(Conversation conversation) {
    return pieces(conversation).encode(tokenizer);
  }

  private PromptPieces pieces(Conversation conversation) {
    return HarmonyRenderer.completion(
        ConversationMapper.map(conversation, identity), Role.ASSISTANT, true);
  }

  @Override
  public AnswerParser parser() {
    return new HarmonyAnswerParser(tokens, Set.of());
  }

  @Override
  public AnswerParser parser(List<Tool> tools, int[] promptIds) {
    Set<String> offered = tools.stream().map(Tool::name).collect(Collectors.toUnmodifiableSet());
    return new HarmonyAnswerParser(tokens, offered);
  }

  @Override
  public Optional<AnswerGuide> guide(AnswerRules rules) {
    return Optional.of(new HarmonyGuide(rules, tokens, tokenizer));
  }

  /**
   * {@code <|return|>}, {@code <|call|>} and {@code <|endoftext|>}; never {@code <|end|>}, which
   * ends only a message.
   */
  @Override
  public Set<Integer> stopTokens() {
    return tokens.stops();
  }

  @Override
  public boolean supportsReasoning() {
    return true;
  }
}
