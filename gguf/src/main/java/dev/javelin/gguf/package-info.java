/**
 * The GGUF container: what a file holds and where.
 *
 * <pre>
 *   "GGUF" | version u32 | tensor count u64 | key count u64
 *   keys:    name | value type u32 | value            (names and strings: u64 length + UTF-8 bytes)
 *   tensors: name | dimension count u32 | dimensions u64... | tensor type u32 | offset u64
 *   padding to general.alignment (default 32)
 *   data:    one tensor after another, each padded to the alignment
 * </pre>
 *
 * <p>{@link dev.javelin.gguf.GgufFile} maps a file and walks it once, front to back. Every length
 * is compared with the bytes that are left before anything is allocated for it, so a spoilt file
 * costs a message and no memory. What the walk keeps is an index: a vocabulary of 200,000 tokens is
 * one entry of it, and its strings are decoded when {@link dev.javelin.gguf.Metadata} is asked for
 * them. Tensors are views of the mapping and are never copied.
 *
 * <p>{@link dev.javelin.gguf.GgufWriter} writes the same format: keys, then declarations of
 * tensors, then their bytes.
 *
 * <p>What a key or a tensor means to a model is not known here.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">gguf.md</a>
 */
package dev.javelin.gguf;
