package dev.javelin.engine.prompt.jinja;

import dev.javelin.engine.prompt.jinja.Expr.CallArguments;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Expressions, with jinja2's precedences: or, and, not, comparisons, + -, ~, * / // %, **, signs,
 * filters and tests.
 */
final class ExpressionParser {
  private static final int DEEPEST = 150; // brackets inside brackets; far beyond any template

  private final TokenStream tokens;
  private final Library library;
  private int depth;
  private boolean
      conditional; // inside of an if, where jinja2 forgives an unknown filter until it is used
  private final List<JinjaException> unknown =
      new ArrayList<>(); // filters and tests, used without a condition

  ExpressionParser(TokenStream tokens, Library library) {
    this.tokens = tokens;
    this.library = library;
  }

  /** Tells whether what follows is only run under a condition; returns what was so before. */
  boolean setConditional(boolean now) {
    boolean before = conditional;
    conditional = now;
    return before;
  }

  /** Refuses filters and tests that do not exist; call it when all is read. */
  void checkNames() {
    if (!unknown.isEmpty()) {
      throw unknown.getFirst();
    }
  }

  Expr expression() {
    if (++depth > DEEPEST) {
      throw tokens.fault("too many nested expressions");
    }
    int known = unknown.size();
    try {
      Expr value = or();
      while (tokens.current().isName("if")) {
        unknown
            .subList(known, unknown.size())
            .clear(); // what was read turns out to stand under a condition
        value = conditional(value);
      }
      return value;
    } finally {
      depth--;
    }
  }

  private Expr conditional(Expr then) {
    tokens.next();
    boolean before = setConditional(true);
    Expr condition = or();
    Expr otherwise = tokens.skipName("else") ? expression() : null;
    setConditional(before);
    return new Expr.Conditional(condition, then, otherwise);
  }

  /** An expression, or several with commas between them, which make a tuple. */
  Expr tuple(boolean withConditional, String... ends) {
    List<Expr> items = new ArrayList<>();
    while (true) {
      if (isTupleEnd(ends)) {
        break;
      }
      items.add(withConditional ? expression() : or());
      if (!tokens.skipOperator(",")) {
        if (items.size() == 1) {
          return items.getFirst();
        }
        break;
      }
    }
    if (items.isEmpty()) {
      throw tokens.expected("an expression");
    }
    return new Expr.TupleOf(items);
  }

  private boolean isTupleEnd(String... ends) {
    Token token = tokens.current();
    boolean end =
        token.kind() == Token.Kind.PRINT_END
            || token.kind() == Token.Kind.BLOCK_END
            || token.isOperator(")");
    for (String name : ends) {
      end |= token.isName(name);
    }
    return end;
  }

  Expr or() {
    Expr left = and();
    while (tokens.skipName("or")) {
      left = new Expr.Or(left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.skipName("and")) {
      left = new Expr.And(left, not());
    }
    return left;
  }

  private Expr not() {
    int count = 0;
    while (tokens.skipName("not")) {
      count++;
    }
    Expr value = comparison();
    for (int i = 0;
        i < Math.min(count, 2 + count % 2);
        i++) { // not not x is bool(x), as often as one likes
      value = new Expr.Not(value);
    }
    return value;
  }

  private Expr comparison() {
    Expr first = sum();
    List<Expr.Compare.Link> links = new ArrayList<>();
    while (true) {
      CompareOperator operator = compareOperator();
      if (operator == null) {
        return links.isEmpty() ? first : new Expr.Compare(first, links);
      }
      links.add(new Expr.Compare.Link(operator, sum()));
    }
  }

  private CompareOperator compareOperator() {
    if (tokens.current().isName("not") && tokens.look().isName("in")) {
      tokens.next();
      tokens.next();
      return CompareOperator.NOT_IN;
    }
    for (CompareOperator operator : CompareOperator.values()) {
      Token.Kind kind = operator == CompareOperator.IN ? Token.Kind.NAME : Token.Kind.OPERATOR;
      if (tokens.current().is(kind, operator.symbol())) {
        tokens.next();
        return operator;
      }
    }
    return null;
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
      boolean plus = tokens.next().text().equals("+");
      left = new Expr.Binary(plus ? BinaryOperator.ADD : BinaryOperator.SUBTRACT, left, concat());
    }
    return left;
  }

  private Expr concat() {
    Expr first = product();
    if (!tokens.current().isOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expr.Concat(parts);
  }

  private Expr product() {
    Expr left = power();
    while (true) {
      BinaryOperator operator =
          switch (tokens.current().kind() == Token.Kind.OPERATOR ? tokens.current().text() : "") {
            case "*" -> BinaryOperator.MULTIPLY;
            case "/" -> BinaryOperator.DIVIDE;
            case "//" -> BinaryOperator.FLOOR_DIVIDE;
            case "%" -> BinaryOperator.MODULO;
            default -> null;
          };
      if (operator == null) {
        return left;
      }
      tokens.next();
      left = new Expr.Binary(operator, left, power());
    }
  }

  private Expr power() {
    Expr left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expr.Binary(BinaryOperator.POWER, left, unary(true));
    }
    return left;
  }

  private Expr unary(boolean withFilters) {
    if (++depth > DEEPEST) {
      throw tokens.fault("too many nested expressions");
    }
    Expr value;
    if (tokens.skipOperator("-")) {
      value = new Expr.Signed(true, unary(false));
    } else if (tokens.skipOperator("+")) {
      value = new Expr.Signed(false, unary(false));
    } else {
      value = primary();
    }
    value = postfix(value);
    depth--;
    return withFilters ? filters(value) : value;
  }

  private Expr primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> name(token.text());
      case STRING -> string(token);
      case INTEGER -> new Expr.Constant(integer(token.text()));
      case FLOAT -> new Expr.Constant(Double.valueOf(token.text()));
      case OPERATOR -> bracketed(token);
      case TEXT, PRINT_BEGIN, PRINT_END, BLOCK_BEGIN, BLOCK_END, END ->
          throw JinjaException.syntax("expected an expression, got " + token.kind(), token.line());
    };
  }

  private static Expr name(String name) {
    return switch (name) {
      case "true", "True" -> new Expr.Constant(true);
      case "false", "False" -> new Expr.Constant(false);
      case "none", "None" -> new Expr.Constant(null);
      default -> new Expr.Name(name);
    };
  }

  private Expr string(Token first) {
    StringBuilder text = new StringBuilder(first.text());
    while (tokens.current().kind() == Token.Kind.STRING) {
      text.append(tokens.next().text());
    }
    return new Expr.Constant(Str.own(text.toString()));
  }

  private static Object integer(String text) {
    String digits = text.toLowerCase(java.util.Locale.ROOT);
    int radix =
        digits.startsWith("0x")
            ? 16
            : digits.startsWith("0o") ? 8 : digits.startsWith("0b") ? 2 : 10;
    BigInteger value = new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  private Expr bracketed(Token open) {
    return switch (open.text()) {
      case "(" -> {
        if (tokens.skipOperator(")")) {
          yield new Expr.TupleOf(List.of());
        }
        Expr inside = tuple(true);
        tokens.expectOperator(")");
        yield inside;
      }
      case "[" -> list();
      case "{" -> dict();
      default -> throw JinjaException.syntax("unexpected '" + open.text() + "'", open.line());
    };
  }

  private Expr list() {
    List<Expr> items = new ArrayList<>();
    while (!tokens.skipOperator("]")) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("]")) {
          break;
        }
      }
      items.add(expression());
    }
    return new Expr.ListOf(items);
  }

  private Expr dict() {
    List<Expr.DictOf.Entry> entries = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!entries.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      Expr key = expression();
      tokens.expectOperator(":");
      entries.add(new Expr.DictOf.Entry(key, expression()));
    }
    return new Expr.DictOf(entries);
  }

  private Expr postfix(Expr target) {
    Expr value = target;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token name = tokens.next();
        value =
            switch (name.kind()) {
              case NAME -> new Expr.Attribute(value, name.text());
              case INTEGER -> new Expr.Subscript(value, new Expr.Constant(integer(name.text())));
              default -> throw JinjaException.syntax("expected name or number", name.line());
            };
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.current().isOperator("(")) {
        value = new Expr.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expr subscript(Expr target) {
    List<Expr> keys = new ArrayList<>();
    while (!tokens.skipOperator("]")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
      }
      keys.add(subscriptKey());
    }
    if (keys.isEmpty()) {
      throw tokens.fault("expected a subscript");
    }
    return new Expr.Subscript(target, keys.size() == 1 ? keys.getFirst() : new Expr.TupleOf(keys));
  }

  private Expr subscriptKey() {
    Expr from = null;
    if (!tokens.current().isOperator(":")) {
      from = expression();
      if (!tokens.current().isOperator(":")) {
        return from;
      }
    }
    tokens.expectOperator(":");
    Expr to = sliceEnd();
    Expr step = tokens.skipOperator(":") ? sliceEnd() : null;
    return new Expr.Slice(from, to, step);
  }

  private Expr sliceEnd() {
    Token token = tokens.current();
    boolean none = token.isOperator(":") || token.isOperator("]") || token.isOperator(",");
    return none ? null : expression();
  }

  /** Arguments in round brackets. */
  CallArguments arguments() {
    tokens.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    List<CallArguments.Keyword> keywords = new ArrayList<>();
    Expr star = null;
    Expr doubleStar = null;
    boolean first = true;
    while (!tokens.skipOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      first = false;
      if (tokens.skipOperator("*")) {
        star = expression();
      } else if (tokens.skipOperator("**")) {
        doubleStar = expression();
      } else if (tokens.current().kind() == Token.Kind.NAME && tokens.look().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        keywords.add(new CallArguments.Keyword(name, expression()));
      } else if (!keywords.isEmpty() || star != null || doubleStar != null) {
        throw tokens.fault("invalid syntax for function call expression");
      } else {
        positional.add(expression());
      }
    }
    return new CallArguments(positional, keywords, star, doubleStar);
  }

  private Expr filters(Expr target) {
    Expr value = target;
    while (true) {
      if (tokens.current().isOperator("|")) {
        value = filterChain(value);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.current().isOperator("(")) {
        value = new Expr.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  /** One or more filters with their bars. */
  Expr filterChain(Expr target) {
    Expr value = target;
    while (tokens.skipOperator("|")) {
      value = filter(value);
    }
    return value;
  }

  /** A filter behind its bar. */
  Expr filter(Expr target) {
    String name = dottedName();
    if (!library.hasFilter(name) && !conditional) {
      unknown.add(new JinjaException("TemplateAssertionError", "No filter named '" + name + "'."));
    }
    CallArguments arguments = tokens.current().isOperator("(") ? arguments() : CallArguments.NONE;
    return new Expr.Filter(target, name, arguments);
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expect(Token.Kind.NAME).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Token.Kind.NAME).text());
    }
    return name.toString();
  }

  private static final Set<String> NO_TEST_ARGUMENT = Set.of("else", "or", "and");

  private Expr test(Expr target) {
    boolean negated = tokens.skipName("not");
    String name = dottedName();
    if (!library.hasTest(name) && !conditional) {
      unknown.add(new JinjaException("TemplateAssertionError", "No test named '" + name + "'."));
    }
    CallArguments arguments = CallArguments.NONE;
    Token token = tokens.current();
    if (token.isOperator("(")) {
      arguments = arguments();
    } else if (startsTestArgument(token)) {
      if (token.isName("is")) {
        throw tokens.fault("You cannot chain multiple tests with is");
      }
      arguments = new CallArguments(List.of(postfix(primary())), List.of(), null, null);
    }
    Expr test = new Expr.Test(target, name, arguments);
    return negated ? new Expr.Not(test) : test;
  }

  private static boolean startsTestArgument(Token token) {
    return switch (token.kind()) {
      case NAME -> !NO_TEST_ARGUMENT.contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      case TEXT, PRINT_BEGIN, PRINT_END, BLOCK_BEGIN, BLOCK_END, END -> false;
    };
  }
}
