/** Keeping the state of conversations at rest. */
package dev.javelin.engine.checkpoint;
