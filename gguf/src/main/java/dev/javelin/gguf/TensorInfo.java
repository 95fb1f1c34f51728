package dev.javelin.gguf;

import dev.javelin.tensor.QuantType;

/**
 * Where one tensor lies.
 *
 * @param dimensions contiguous dimension first (GGUF's ne0), so a matrix is {columns, rows}
 * @param offsetBytes from the start of the file
 */
public record TensorInfo(String name, long[] dimensions, QuantType type, long offsetBytes, long byteSize) {}
