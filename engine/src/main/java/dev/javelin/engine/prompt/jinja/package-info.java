/**
 * Jinja, the language of chat templates, with the output of Python's jinja2 to the byte: what
 * Hugging Face gives templates ({@code trim_blocks}, {@code lstrip_blocks}, the immutable sandbox,
 * {@code break} and {@code continue}, {@code raise_exception}, {@code strftime_now}, {@code tojson}
 * with Python's separators).
 *
 * <p>Reading order: {@code Lexer}, {@code Parser} and {@code ExpressionParser} make {@code Stmt}s
 * and {@code Expr}s; {@code Interpreter} and {@code Evaluator} run them on the values that {@code
 * Types} lists; {@code Library} holds filters and tests.
 *
 * <p>A template comes from a model file and is not trusted: {@code Limits} bound steps, characters
 * and depth. Neither are the messages: {@code Str} knows of each character whether the template
 * wrote it, and only such text can become a special token.
 */
package dev.javelin.engine.prompt.jinja;
