/** The public API: open a model, generate, chat, close. */
package dev.javelin.engine;
