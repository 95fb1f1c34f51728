/**
 * How floats become blocks: the inverse of {@code dev.javelin.tensor.quant}, one class for each
 * family of formats. Every step is done in the order and precision of ggml's reference quantizers
 * ({@code quantize_row_*_ref}), so that the bytes are the same.
 *
 * <p>All searches minimise a weighted square (or absolute) error over a few candidate scales.
 * Without an importance matrix the weight of an error follows from the value itself: large values
 * matter more.
 */
package dev.javelin.tensor.quantize;
