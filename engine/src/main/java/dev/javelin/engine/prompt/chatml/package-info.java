/**
 * ChatML, the chat format of SmolLM2, Qwen and many others, for files that bring no template of
 * their own.
 */
package dev.javelin.engine.prompt.chatml;
