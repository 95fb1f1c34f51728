/**
 * Answers as plain text in which tags may stand: {@code <think>...</think>} around the chain of
 * thought, {@code <tool_call>{"name": ..., "arguments": {...}}</tool_call>} around a call (the
 * Hermes form, which Qwen uses too).
 */
package dev.javelin.engine.prompt.tagged;
