/**
 * The Vector-API twins of the scalar forms in {@code tensor.quant} and {@code tensor.ops}; not exported.
 *
 * <p>No class outside this package mentions {@code jdk.incubator.vector}, and nothing here that does may be touched
 * before {@link dev.javelin.tensor.simd.VectorModule#available()} has said yes.
 */
package dev.javelin.tensor.simd;
