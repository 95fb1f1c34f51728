/**
 * Where keys and values of past tokens are kept.
 *
 * <p>Memory is cut into blocks of a fixed number of tokens. {@link dev.javelin.kvcache.KvCache}
 * owns one pool of blocks for each group of layers that see equally far; a {@link
 * dev.javelin.kvcache.KvSequence} is a list of block numbers in each pool, and grows a block at a
 * time. Sequences that begin with the same tokens share the blocks of that beginning; a shared
 * block is copied before anyone writes to it. Blocks that nobody uses stay findable until their
 * memory is needed. {@link dev.javelin.kvcache.SavedBlocks} keeps a state by reference, or copies
 * it out and back.
 *
 * <p>Nothing here knows a model, a thread or a request: sizes come in a {@link
 * dev.javelin.kvcache.KvLayout}, one thread (the engine's loop) uses it all. Attention reads the
 * blocks in place; how numbers lie inside a block is {@link dev.javelin.tensor.ops.KvBlockFormat}.
 * {@code docs/kv-cache.md} walks through an example.
 */
package dev.javelin.kvcache;
