/**
 * Llama and its relatives (SmolLM2, Llama 2 and 3): grouped-query attention with RoPE, and a SwiGLU
 * feed-forward. See {@code docs/models/llama.md}.
 */
package dev.javelin.engine.model.llama;
