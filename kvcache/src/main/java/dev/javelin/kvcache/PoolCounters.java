package dev.javelin.kvcache;

/**
 * The state of one group's pool.
 *
 * @param blocks all blocks
 * @param free blocks that can be handed out: those without contents and the cached ones
 * @param cached blocks that nobody uses, kept because a later prompt may begin with their tokens
 * @param inUse blocks that some sequence or saved state refers to
 * @param shared blocks in use with more than one reference
 * @param evictions cached blocks that were given up for new tokens, so far
 * @param copies blocks copied because a shared one was to be written to, so far
 * @param blockBytes bytes of one block
 */
public record PoolCounters(
    int blocks,
    int free,
    int cached,
    int inUse,
    int shared,
    long evictions,
    long copies,
    long blockBytes) {}
