package dev.javelin.engine.prompt.tagged;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes the guides of one tagged chat format. What calls may look like is a constraint made of the
 * functions' own, and kept, since clients send the same functions again and again.
 *
 * <pre>
 *   &lt;tool_call>\n{"name": "f", "arguments": ARGUMENTS}\n&lt;/tool_call>    and again, after a line break
 * </pre>
 */
public final class TaggedGuides {
  /** What a format does with a chain of thought. */
  public enum Thinking {
    /** It has none. */
    NONE,
    /** The answer may begin with one. */
    POSSIBLE,
    /** The prompt has begun it. */
    OPENED
  }

  private static final int MOST_CALLS = 16;
  private static final int KEPT = 12; // each may hold some megabytes of masks

  private final Tokenizer tokenizer;
  private final Map<String, Constraint> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Constraint> eldest) {
          return size() > KEPT;
        }
      };

  private TagTokens tags; // made when first needed

  public TaggedGuides(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** A guide for one answer. */
  public AnswerGuide of(AnswerRules rules, Thinking thinking) {
    // Without calls the whole answer is the text, unless the prompt itself makes the model think.
    Thinking allowed =
        rules.calls().isEmpty() && thinking == Thinking.POSSIBLE ? Thinking.NONE : thinking;
    Optional<Constraint> calls =
        rules.calls().isEmpty()
            ? Optional.empty()
            : Optional.of(kept("calls", rules, TaggedGuides::calls));
    boolean free = rules.text() && rules.constraint().isEmpty();
    Optional<Constraint> bound =
        free ? Optional.empty() : Optional.of(kept("answer", rules, r -> answer(r, calls)));
    Optional<Constraint> behindThought =
        bound.map(form -> kept("behind a thought", rules, r -> behindThought(form)));
    return new TaggedGuide(tokenizer, tags(), calls, bound, behindThought, allowed);
  }

  private synchronized TagTokens tags() {
    if (tags == null) {
      tags = new TagTokens(tokenizer);
    }
    return tags;
  }

  private Constraint kept(
      String what, AnswerRules rules, Function<AnswerRules, Constraint> compiler) {
    StringBuilder key = new StringBuilder(what).append(' ').append(rules.text());
    key.append(' ').append(rules.parallel());
    rules.constraint().ifPresent(text -> append(key, text));
    for (AnswerRules.Call call : rules.calls()) {
      key.append('\n').append(call.name());
      append(key, call.arguments());
    }
    synchronized (kept) {
      return kept.computeIfAbsent(key.toString(), k -> compiler.apply(rules));
    }
  }

  private static void append(StringBuilder key, Constraint constraint) {
    String source = constraint.source();
    key.append('\n').append(source.length()).append(' ').append(source);
  }

  /** An answer that is not free: the constrained text or calls, whichever are allowed. */
  private static Constraint answer(AnswerRules rules, Optional<Constraint> calls) {
    List<Constraint> alternatives = new ArrayList<>();
    rules.constraint().filter(text -> rules.text()).ifPresent(alternatives::add);
    calls.ifPresent(alternatives::add);
    return alternatives.size() == 1
        ? alternatives.getFirst()
        : alternatives.getFirst().compiler().anyOf(alternatives);
  }

  private static Constraint behindThought(Constraint answer) {
    ConstraintCompiler compiler = answer.compiler();
    return compiler.sequence(compiler.regex("\\n{0,2}"), answer);
  }

  private static Constraint calls(AnswerRules rules) {
    ConstraintCompiler compiler = rules.calls().getFirst().arguments().compiler();
    List<Constraint> alternatives = new ArrayList<>();
    for (AnswerRules.Call call : rules.calls()) {
      String head =
          "\n{\"name\": " + JsonNodeFactory.instance.textNode(call.name()) + ", \"arguments\": ";
      alternatives.add(
          compiler.sequence(
              compiler.literal(head),
              call.arguments(),
              compiler.literal("}\n" + TagSplitter.CALL_END)));
    }
    Constraint one =
        compiler.sequence(compiler.literal(TagSplitter.CALL), compiler.anyOf(alternatives));
    if (!rules.parallel()) {
      return one;
    }
    Constraint more = compiler.sequence(compiler.literal("\n"), one);
    return compiler.sequence(one, compiler.repeat(more, 0, MOST_CALLS - 1));
  }
}
