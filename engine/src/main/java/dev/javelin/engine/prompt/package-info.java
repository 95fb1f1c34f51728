/** Chat formats: from a conversation to a prompt, and from tokens back to an answer. */
package dev.javelin.engine.prompt;
