/**
 * Qwen2 and Qwen2.5-Coder: Llama with biases on q, k and v, and RoPE over split halves. See {@code
 * docs/models/qwen2.md}.
 */
package dev.javelin.engine.model.qwen2;
