/**
 * One class for each block format: the page to study. A page draws the block, gives the formula,
 * and reads the block in plain Java. The Vector API forms in {@code dev.javelin.tensor.simd} have
 * the same names and are held equal by tests.
 *
 * <p>All numbers are little-endian and may lie at any address.
 */
package dev.javelin.tensor.quant;
