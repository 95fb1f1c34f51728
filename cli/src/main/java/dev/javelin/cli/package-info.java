/**
 * The commands of {@code ./javelin}: one class each, over the engine and the gguf module.
 *
 * <p>{@link dev.javelin.cli.JavelinCli} puts them together and turns exceptions into exit codes: 0
 * success, 1 the input or a file was bad (one line on stderr), 2 wrong usage. Standard output
 * carries the answer alone; everything said about the answer goes to standard error.
 */
package dev.javelin.cli;
