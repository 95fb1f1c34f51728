/**
 * The Vector API twins of {@code dev.javelin.tensor.quant} and what they need: the vector width in
 * use, addresses without checks, register-blocked products. Here alone speed goes before
 * readability, and each form has a plain twin and a test that holds the two equal.
 *
 * <p>Only {@link dev.javelin.tensor.simd.SimdSupport} and {@link
 * dev.javelin.tensor.simd.FastMemory} may be touched without asking: they run without the module
 * {@code jdk.incubator.vector}. Everything else only when {@link
 * dev.javelin.tensor.simd.SimdSupport#available()} says so.
 */
package dev.javelin.tensor.simd;
