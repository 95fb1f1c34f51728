package dev.javelin.engine.constrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Effort;
import dev.javelin.engine.constrain.automaton.Pattern;
import dev.javelin.engine.constrain.gbnf.GbnfCompiler;
import dev.javelin.engine.constrain.machine.DfaLexeme;
import dev.javelin.engine.constrain.machine.JsonSyntax;
import dev.javelin.engine.constrain.machine.MaskCache;
import dev.javelin.engine.constrain.machine.MaskEngine;
import dev.javelin.engine.constrain.machine.Node;
import dev.javelin.engine.constrain.machine.Nodes;
import dev.javelin.engine.constrain.schema.GrammarBuilder;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes constraints for one vocabulary from regexes, choices, grammars and JSON schemas. Refuses
 * with a {@link ConstraintException} what cannot be enforced. Safe for many threads; keep one for
 * each vocabulary, since masks that all constraints have in common are remembered here.
 */
public final class ConstraintCompiler {
  private static final int SHARED_MASKS = 1024; // 25 MB for a vocabulary of 200,000

  private final TokenTrie trie;
  private final MaskCache shared = new MaskCache(SHARED_MASKS);

  public ConstraintCompiler(TokenTrie trie) {
    this.trie = trie;
  }

  /** Answers that an ECMA-262 pattern matches from beginning to end. */
  public Constraint regex(String pattern) {
    return text(() -> Pattern.fullMatch(pattern), "regex " + pattern);
  }

  /** One of these answers. */
  public Constraint choice(List<String> answers) {
    return text(
        () -> DfaOps.words(answers, false),
        "choice "
            + JsonNodeFactory.instance
                .arrayNode()
                .addAll(answers.stream().map(TextNode::valueOf).toList()));
  }

  /** Answers that a GBNF grammar, as llama.cpp reads it, derives from its rule {@code root}. */
  public Constraint gbnf(String grammar) {
    return of(Effort.limited(() -> GbnfCompiler.compile(grammar)), "grammar " + grammar);
  }

  /** JSON that this schema (2020-12, 2019-09, draft 7, 6 or 4) validates. */
  public Constraint jsonSchema(JsonNode schema, JsonOptions options) {
    JsonSyntax syntax = JsonSyntax.of(options.whitespace());
    return of(
        Effort.limited(() -> GrammarBuilder.build(schema, syntax)), schemaSource(schema, options));
  }

  /** The {@link Constraint#source} of a schema's constraint, for those who need not compile it. */
  public static String schemaSource(JsonNode schema, JsonOptions options) {
    return "schema " + options.whitespace() + " " + schema;
  }

  /**
   * The constraint that has this {@link Constraint#source}.
   *
   * @throws IllegalArgumentException if it is the source of none
   */
  public Constraint ofSource(String source) {
    return new SourceReader(this, source).read();
  }

  /** Any JSON object. */
  public Constraint jsonObject(JsonOptions options) {
    return jsonSchema(JsonNodeFactory.instance.objectNode().put("type", "object"), options);
  }

  /** This text and no other. */
  public Constraint literal(String text) {
    return text(() -> DfaOps.words(List.of(text), false), "literal " + text);
  }

  /** One after the other. */
  public Constraint sequence(Constraint... parts) {
    return of(Nodes.sequence(roots(List.of(parts))), "sequence" + sources(List.of(parts)));
  }

  /** One of them. */
  public Constraint anyOf(List<Constraint> alternatives) {
    return of(Nodes.choice(roots(alternatives)), "one of" + sources(alternatives));
  }

  /** The same again and again. */
  public Constraint repeat(Constraint part, int min, int max) {
    return of(
        Nodes.repeat(part.root(), min, max), "repeat " + min + " " + max + sources(List.of(part)));
  }

  private static List<Node> roots(List<Constraint> parts) {
    return parts.stream().map(Constraint::root).toList();
  }

  private static String sources(List<Constraint> parts) {
    StringBuilder all = new StringBuilder();
    parts.forEach(p -> all.append(' ').append(p.source().length()).append(' ').append(p.source()));
    return all.toString();
  }

  private Constraint text(Supplier<CharDfa> work, String source) {
    CharDfa language = Effort.limited(work);
    if (language.isEmpty()) {
      throw new ConstraintException(
          ConstraintException.Code.UNSATISFIABLE, "", "no text can satisfy this constraint");
    }
    return of(Nodes.lexeme(new DfaLexeme(language, false)), source);
  }

  private Constraint of(Node root, String source) {
    return new Constraint(this, root, new MaskEngine(trie, shared), source);
  }
}
