/**
 * GBNF, the grammar notation of llama.cpp: {@code GbnfParser} reads it into rules, {@code
 * GbnfCompiler} turns rules that are regular into lexemes and the others into nodes.
 */
package dev.javelin.engine.constrain.gbnf;
