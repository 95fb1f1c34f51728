/**
 * GPT-2 and distilgpt2: learned positions, LayerNorm with biases, one matrix for q, k and v, GELU.
 * See {@code docs/models/gpt2.md}.
 */
package dev.javelin.engine.model.gpt2;
