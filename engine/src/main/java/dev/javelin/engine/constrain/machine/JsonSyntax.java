package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.JsonOptions.Whitespace;
import dev.javelin.engine.constrain.automaton.Pattern;

/**
 * The punctuation of JSON as lexemes, with the white space around it. One object for each kind of
 * white space.
 */
public final class JsonSyntax {
  private static final JsonSyntax COMPACT = new JsonSyntax("");
  private static final JsonSyntax FLEXIBLE =
      new JsonSyntax("(?:[ \\t]{0,4}|(?:\\r?\\n[ \\t]{0,80}){1,2})");

  final Lexeme space;
  final Lexeme openObject;
  final Lexeme openArray;
  final Lexeme colon;
  final Lexeme comma;

  /** The end of an object that has members; white space may stand in front. */
  final Lexeme closeObject;

  final Lexeme closeArray;

  /** The end right behind the opening and its white space. */
  final Lexeme closeEmptyObject;

  final Lexeme closeEmptyArray;

  private JsonSyntax(String space) {
    this.space = lexeme(space);
    openObject = lexeme("\\{" + space);
    openArray = lexeme("\\[" + space);
    colon = lexeme(space + ":" + space);
    comma = lexeme(space + "," + space);
    closeObject = lexeme(space + "\\}");
    closeArray = lexeme(space + "\\]");
    closeEmptyObject = lexeme("\\}");
    closeEmptyArray = lexeme("\\]");
  }

  private static Lexeme lexeme(String pattern) {
    return new DfaLexeme(Pattern.fullMatch(pattern), false, true);
  }

  public static JsonSyntax of(Whitespace whitespace) {
    return switch (whitespace) {
      case NONE -> COMPACT;
      case FLEXIBLE -> FLEXIBLE;
    };
  }

  /** A value with white space around it. */
  public Node document(Node value) {
    return Nodes.sequence(java.util.List.of(Nodes.lexeme(space), value, Nodes.lexeme(space)));
  }
}
