/**
 * Qwen3, dense and mixture of experts: a norm on each query and key head, no biases. See {@code
 * docs/models/qwen3.md}.
 */
package dev.javelin.engine.model.qwen3;
