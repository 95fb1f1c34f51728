/** Llama and its relatives (SmolLM2, Llama 2 and 3): grouped-query attention with RoPE, and a SwiGLU feed-forward. */
package dev.javelin.engine.model.llama;
