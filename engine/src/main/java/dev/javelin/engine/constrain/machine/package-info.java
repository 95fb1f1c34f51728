/**
 * The machine that reads bytes against a grammar. Regular pieces are {@code Lexeme}s (automata over
 * bytes); what is above them is {@code Node}s; a stack of {@code Frame}s says what remains to be
 * done; a {@code Config} is all the places where a text may be at once. {@code MaskEngine} asks a
 * configuration about a whole vocabulary.
 *
 * <p>Everything a frame can be resumed to can be completed, so a text that has been accepted so far
 * can always be finished: dead ends are removed when a grammar is built, not met while generating.
 *
 * <p>Reading order: {@code Lexeme}, {@code Spelling}, {@code DfaLexeme}, {@code Frame}, {@code
 * Nodes}, {@code Closure}, {@code Config}, {@code LexemeWalk}, {@code MaskEngine}.
 */
package dev.javelin.engine.constrain.machine;
