/**
 * Chats by the template that a model file brings. {@code ChatVariables} puts a conversation into
 * the form that templates know from Hugging Face, {@code SpecialTexts} finds the special tokens in
 * what comes out: only where the template itself wrote them, never in what came from messages or
 * tools.
 */
package dev.javelin.engine.prompt.template;
