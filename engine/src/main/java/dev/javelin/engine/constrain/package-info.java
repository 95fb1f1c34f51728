/**
 * Answers that always fit: constraints on what a model may say next. A {@code ConstraintCompiler}
 * turns a JSON schema, a regex, a list of choices or a GBNF grammar into a {@code Constraint}; a
 * {@code ConstraintState} walks it token by token and says which tokens may come next.
 *
 * <pre>
 *   schema - shapes -+
 *   regex -----------+- nodes over lexemes - configurations - masks over the vocabulary
 *   GBNF ------------+   (machine)            (machine)         (TokenTrie, TokenMask)
 * </pre>
 *
 * What is accepted always validates; what cannot be enforced is refused with a {@code
 * ConstraintException} before anything is generated. Reading order: {@code ConstraintState}, {@code
 * TokenTrie}, {@code TokenMask}, then the packages {@code automaton}, {@code machine}, {@code
 * schema}, {@code gbnf}.
 */
package dev.javelin.engine.constrain;
