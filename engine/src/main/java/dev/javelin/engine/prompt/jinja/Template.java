package dev.javelin.engine.prompt.jinja;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A parsed template. Immutable, for many threads. */
public final class Template {
  private final List<Stmt> statements;
  private final Map<List<Stmt>, Set<String>> undefinedNames;

  private Template(List<Stmt> statements) {
    this.statements = statements;
    this.undefinedNames = ScopeNames.of(statements);
  }

  /**
   * @throws JinjaException if the text is no template, or uses filters or tests that do not exist
   */
  public static Template parse(String text) {
    return new Template(Parser.parse(text, Library.STANDARD));
  }

  /**
   * The text that the template makes of these variables.
   *
   * @param variables null, Boolean, Long, Double, {@link Str}, List and Map of such; see {@link
   *     JsonValues}
   * @param now the time that {@code strftime_now} tells
   * @throws JinjaException if the template fails, or asks for more than the limits allow
   */
  public Str render(Map<String, ?> variables, LocalDateTime now, Limits limits) {
    Env env = new Env(new Budget(limits), Library.STANDARD, now);
    Scope scope = new Scope(Globals.scope(env));
    variables.forEach(scope::set);
    try {
      return new Interpreter(env, undefinedNames).capture(statements, scope);
    } catch (StackOverflowError e) { // on a thread with a small stack
      throw JinjaException.limit("depth", limits.depth());
    }
  }
}
