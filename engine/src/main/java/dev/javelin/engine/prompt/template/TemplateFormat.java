package dev.javelin.engine.prompt.template;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.Message;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.prompt.jinja.JinjaException;
import dev.javelin.engine.prompt.jinja.Limits;
import dev.javelin.engine.prompt.jinja.Str;
import dev.javelin.engine.prompt.jinja.Template;
import dev.javelin.engine.prompt.tagged.TaggedAnswerParser;
import dev.javelin.engine.prompt.tagged.TaggedGuides;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The chat format that a template describes. The template decides about the token that begins a
 * sequence too. What it refuses in one form is offered in others before the request is refused:
 * arguments of calls as text instead of an object, instructions inside of the first user message
 * instead of a system message.
 */
public final class TemplateFormat implements PromptFormat {
  private final Tokenizer tokenizer;
  private final TaggedGuides guides;
  private final Template template;
  private final SpecialTexts specials;
  private final Supplier<LocalDateTime> clock;
  private final boolean developerRole;
  private final boolean taggedCalls;
  private final boolean thinks;

  /**
   * @param clock tells the time to conversations without a date
   * @throws JinjaException if the source is no template
   */
  public TemplateFormat(Tokenizer tokenizer, String source, Supplier<LocalDateTime> clock) {
    this.tokenizer = tokenizer;
    this.guides = new TaggedGuides(tokenizer);
    this.template = Template.parse(source);
    this.specials = new SpecialTexts(tokenizer);
    this.clock = clock;
    this.developerRole = source.contains("developer");
    this.taggedCalls = source.contains("<tool_call>");
    this.thinks = source.contains("<think>") || source.contains("reasoning");
  }

  @Override
  public String name() {
    return "template";
  }

  @Override
  public String renderText(Conversation conversation) {
    return rendered(conversation).text();
  }

  @Override
  public int[] render(Conversation conversation) {
    return specials.pieces(rendered(conversation)).encode(tokenizer);
  }

  private Str rendered(Conversation conversation) {
    boolean calls =
        conversation.messages().stream().anyMatch(message -> !message.toolCalls().isEmpty());
    boolean instructs = conversation.messages().stream().anyMatch(TemplateFormat::instructs);
    JinjaException refusal = null; // of the first form, which is what the caller wrote
    for (boolean parsed : calls ? List.of(true, false) : List.of(true)) {
      for (boolean merged : instructs ? List.of(false, true) : List.of(false)) {
        try {
          return rendered(conversation, new ChatVariables(parsed, developerRole, merged));
        } catch (JinjaException e) {
          refusal = refusal == null ? e : refusal;
        }
      }
    }
    throw new InvalidRequest(
        "the model's chat template refuses this conversation: " + refusal.detail(), refusal);
  }

  private static boolean instructs(Message message) {
    return message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
  }

  private Str rendered(Conversation conversation, ChatVariables form) {
    Map<String, Object> variables = form.of(conversation);
    variables.put("bos_token", token(tokenizer.bos()));
    variables.put("eos_token", token(tokenizer.eos()));
    LocalDateTime now =
        conversation.currentDate() == null
            ? clock.get()
            : conversation.currentDate().atStartOfDay();
    return template.render(variables, now, Limits.DEFAULT);
  }

  private Str token(OptionalInt id) {
    return Str.own(id.isPresent() ? tokenizer.decode(new int[] {id.getAsInt()}) : "");
  }

  @Override
  public AnswerParser parser() {
    return new TaggedAnswerParser(tokenizer, false, taggedCalls);
  }

  @Override
  public AnswerParser parser(List<Tool> tools, int[] promptIds) {
    return new TaggedAnswerParser(
        tokenizer, hasOpenedThought(promptIds), taggedCalls && !tools.isEmpty());
  }

  private boolean hasOpenedThought(int[] promptIds) {
    return thinks && tokenizer.decode(promptIds).stripTrailing().endsWith("<think>");
  }

  @Override
  public Optional<AnswerGuide> guide(AnswerRules rules) {
    return guide(rules, thinks ? TaggedGuides.Thinking.POSSIBLE : TaggedGuides.Thinking.NONE);
  }

  @Override
  public Optional<AnswerGuide> guide(AnswerRules rules, int[] promptIds) {
    return hasOpenedThought(promptIds) ? guide(rules, TaggedGuides.Thinking.OPENED) : guide(rules);
  }

  private Optional<AnswerGuide> guide(AnswerRules rules, TaggedGuides.Thinking thinking) {
    return taggedCalls || rules.calls().isEmpty()
        ? Optional.of(guides.of(rules, thinking))
        : Optional.empty();
  }

  @Override
  public Set<Integer> stopTokens() {
    return tokenizer.endTokens();
  }

  @Override
  public boolean supportsReasoning() {
    return thinks;
  }
}
