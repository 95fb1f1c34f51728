/** Text to token ids and back. */
package dev.javelin.engine.tokenizer;
