/** Threads that share one piece of numeric work. */
package dev.javelin.tensor.parallel;
