/**
 * BitNet b1.58, mainline and Microsoft's: ternary weights, a norm before each output projection.
 * See {@code docs/models/bitnet.md}.
 */
package dev.javelin.engine.model.bitnet;
