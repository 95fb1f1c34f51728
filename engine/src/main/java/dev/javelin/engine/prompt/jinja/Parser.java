package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Statements. Beside jinja2's own: {@code break} and {@code continue}, and {@code generation}, with
 * which Hugging Face marks what a model says (here it only has a scope of its own). Includes and
 * inheritance need other files, which a chat template never has: they fail when they are reached.
 */
final class Parser {
  private static final int DEEPEST = 100; // statements inside statements

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int depth;

  private Parser(String template, Library library) {
    this.tokens = new TokenStream(Lexer.tokens(template));
    this.expressions = new ExpressionParser(tokens, library);
  }

  static List<Stmt> parse(String template, Library library) {
    Parser parser = new Parser(template, library);
    List<Stmt> statements = parser.statements();
    if (parser.tokens.current().kind() != Token.Kind.END) {
      throw parser.tokens.fault("unknown tag '" + parser.tokens.current().text() + "'");
    }
    parser.expressions.checkNames();
    return statements;
  }

  /**
   * Statements up to one of these words, or to the end of the template; the tag's beginning is
   * consumed, the word not.
   */
  private List<Stmt> statements(String... ends) {
    if (++depth > DEEPEST) {
      throw tokens.fault("too many nested statements");
    }
    List<Stmt> body = new ArrayList<>();
    while (tokens.current().kind() != Token.Kind.END) {
      Token token = tokens.next();
      switch (token.kind()) {
        case TEXT -> body.add(new Stmt.Text(Str.own(token.text())));
        case PRINT_BEGIN -> {
          body.add(new Stmt.Print(expressions.tuple(true)));
          tokens.expect(Token.Kind.PRINT_END);
        }
        case BLOCK_BEGIN -> {
          Token word = tokens.current();
          if (word.kind() == Token.Kind.NAME && Set.of(ends).contains(word.text())) {
            depth--;
            return body;
          }
          body.add(statement());
          tokens.expect(Token.Kind.BLOCK_END);
        }
        case PRINT_END, BLOCK_END, NAME, STRING, INTEGER, FLOAT, OPERATOR, END ->
            throw JinjaException.syntax("unexpected '" + token.text() + "'", token.line());
      }
    }
    if (ends.length > 0) {
      throw tokens.fault("unexpected end of template, looking for " + String.join(" or ", ends));
    }
    depth--;
    return body;
  }

  /**
   * The body of a tag, from the end of the tag on; then the current token is one of these words.
   */
  private List<Stmt> body(boolean conditional, String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Token.Kind.BLOCK_END);
    boolean before = expressions.setConditional(conditional);
    List<Stmt> body = statements(ends);
    expressions.setConditional(before);
    return body;
  }

  private List<Stmt> wholeBody(String end) {
    List<Stmt> body = body(false, end);
    tokens.next();
    return body;
  }

  private Stmt statement() {
    Token word = tokens.expect(Token.Kind.NAME);
    return switch (word.text()) {
      case "if" -> ifStatement();
      case "for" -> forStatement();
      case "set" -> set();
      case "macro" -> macro();
      case "call" -> callBlock();
      case "filter" -> filterBlock();
      case "with" -> with();
      case "break" -> new Stmt.Break();
      case "continue" -> new Stmt.Continue();
      case "generation" -> new Stmt.Block(wholeBody("endgeneration"));
      case "block" -> block();
      case "print" -> new Stmt.Print(expressions.tuple(true));
      case "include", "import", "from", "extends" -> otherFile(word.text());
      default ->
          throw JinjaException.syntax(
              "Encountered unknown tag '" + word.text() + "'.", word.line());
    };
  }

  private Stmt otherFile(String tag) {
    while (tokens.current().kind() != Token.Kind.BLOCK_END
        && tokens.current().kind() != Token.Kind.END) {
      tokens.next();
    }
    return new Stmt.Fail("no loader for this environment specified: " + tag);
  }

  private Stmt ifStatement() {
    List<Stmt.If.Branch> branches = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    do {
      boolean before = expressions.setConditional(true);
      Expr condition = expressions.tuple(false);
      expressions.setConditional(before);
      branches.add(new Stmt.If.Branch(condition, body(true, "elif", "else", "endif")));
    } while (tokens.skipName("elif"));
    if (tokens.skipName("else")) {
      otherwise = body(true, "endif");
    }
    tokens.expectName("endif");
    return new Stmt.If(branches, otherwise);
  }

  private Stmt forStatement() {
    Stmt.Target target = target("in");
    tokens.expectName("in");
    Expr items = expressions.tuple(false, "recursive");
    Expr test = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    List<Stmt> body = body(false, "endfor", "else");
    List<Stmt> otherwise = List.of();
    if (tokens.skipName("else")) {
      otherwise = body(false, "endfor");
    }
    tokens.expectName("endfor");
    return new Stmt.For(target, items, test, recursive, body, otherwise);
  }

  private Stmt set() {
    Stmt.Target target = target("");
    if (tokens.skipOperator("=")) {
      return new Stmt.Set(target, expressions.tuple(true));
    }
    Expr filter = tokens.current().isOperator("|") ? expressions.filterChain(null) : null;
    return new Stmt.SetBlock(target, filter, wholeBody("endset"));
  }

  /** Names with commas between them, up to this word. */
  private Stmt.Target target(String end) {
    List<Stmt.Target> targets = new ArrayList<>();
    boolean comma = false;
    while (!(comma
        && (tokens.current().isName(end)
            || tokens.current().isOperator("=")
            || tokens.current().isOperator(")")))) {
      targets.add(singleTarget());
      if (!tokens.skipOperator(",")) {
        break;
      }
      comma = true;
    }
    return comma ? new Stmt.Target.Names(targets) : targets.getFirst();
  }

  private Stmt.Target singleTarget() {
    if (tokens.skipOperator("(")) {
      if (++depth > DEEPEST) {
        throw tokens.fault("too many nested targets");
      }
      Stmt.Target inner = target("");
      depth--;
      tokens.expectOperator(")");
      return inner;
    }
    Token name = tokens.expect(Token.Kind.NAME);
    if (Set.of("true", "True", "false", "False", "none", "None").contains(name.text())) {
      throw JinjaException.syntax("can't assign to 'const'", name.line());
    }
    if (tokens.skipOperator(".")) {
      return new Stmt.Target.NamespaceAttribute(name.text(), tokens.expect(Token.Kind.NAME).text());
    }
    return new Stmt.Target.Name(name.text());
  }

  private Stmt macro() {
    String name = tokens.expect(Token.Kind.NAME).text();
    List<Stmt.Macro.Parameter> parameters = parameters();
    int start = tokens.position();
    List<Stmt> body = wholeBody("endmacro");
    return new Stmt.Macro(name, parameters, body, tokens.namesSince(start));
  }

  private List<Stmt.Macro.Parameter> parameters() {
    List<Stmt.Macro.Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      String name = tokens.expect(Token.Kind.NAME).text();
      boolean hasDefault = tokens.skipOperator("=");
      if (!hasDefault && !parameters.isEmpty() && parameters.getLast().defaultValue() != null) {
        throw tokens.fault("non-default argument follows default argument");
      }
      parameters.add(new Stmt.Macro.Parameter(name, hasDefault ? expressions.expression() : null));
    }
    return parameters;
  }

  private Stmt callBlock() {
    List<Stmt.Macro.Parameter> parameters =
        tokens.current().isOperator("(") ? parameters() : List.of();
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw tokens.fault("expected call");
    }
    int start = tokens.position();
    List<Stmt> body = wholeBody("endcall");
    return new Stmt.CallBlock(
        call, new Stmt.Macro("caller", parameters, body, tokens.namesSince(start)));
  }

  private Stmt filterBlock() {
    Expr filter = expressions.filterChain(expressions.filter(null));
    return new Stmt.FilterBlock(filter, wholeBody("endfilter"));
  }

  private Stmt with() {
    List<Stmt.Set> assignments = new ArrayList<>();
    while (tokens.current().kind() == Token.Kind.NAME || tokens.current().isOperator(",")) {
      if (!assignments.isEmpty()) {
        tokens.expectOperator(",");
      }
      Stmt.Target target = singleTarget();
      tokens.expectOperator("=");
      assignments.add(new Stmt.Set(target, expressions.expression()));
    }
    return new Stmt.With(assignments, wholeBody("endwith"));
  }

  private Stmt block() {
    String name = tokens.expect(Token.Kind.NAME).text();
    tokens.skipName("scoped");
    List<Stmt> body = wholeBody("endblock");
    tokens.skipName(name);
    return new Stmt.Block(body);
  }
}
