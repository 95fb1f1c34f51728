/** The GGUF container: what a file holds and where. */
package dev.javelin.gguf;
