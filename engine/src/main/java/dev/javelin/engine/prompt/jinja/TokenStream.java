package dev.javelin.engine.prompt.jinja;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Walks over tokens. */
final class TokenStream {
  private final List<Token> tokens;
  private int at;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token look() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  boolean skipName(String name) {
    boolean found = current().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw expected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw expected("'" + name + "'");
    }
  }

  Token expect(Token.Kind kind) {
    if (current().kind() != kind) {
      throw expected(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    return next();
  }

  int position() {
    return at;
  }

  /** The names that stand between here and an earlier position. */
  Set<String> namesSince(int position) {
    Set<String> names = new HashSet<>();
    for (Token token : tokens.subList(position, at)) {
      if (token.kind() == Token.Kind.NAME) {
        names.add(token.text());
      }
    }
    return names;
  }

  JinjaException expected(String what) {
    Token token = current();
    String got = token.kind() == Token.Kind.END ? "end of template" : "'" + token.text() + "'";
    return JinjaException.syntax("expected " + what + ", got " + got, token.line());
  }

  JinjaException fault(String message) {
    return JinjaException.syntax(message, current().line());
  }
}
