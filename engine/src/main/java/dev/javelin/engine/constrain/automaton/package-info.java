/**
 * Regular languages over Unicode scalar values: character sets, regular expressions, deterministic
 * automata and their algebra. Front ends think in these; how a character is spelled in bytes
 * (UTF-8, JSON escapes) comes later, in {@code machine}.
 *
 * <p>Reading order: {@code CharSet}, {@code Regex}, {@code Nfa}, {@code Determinizer}, {@code
 * CharDfa}, {@code DfaOps}, {@code RegexParser}.
 */
package dev.javelin.engine.constrain.automaton;
