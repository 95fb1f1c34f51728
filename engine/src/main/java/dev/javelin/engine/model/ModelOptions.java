package dev.javelin.engine.model;

import dev.javelin.tensor.Precision;
import dev.javelin.tensor.ops.KvType;

/**
 * What a family needs to know beside its file.
 *
 * @param maxRows most rows of a batch
 * @param maxLogitRows most rows of a batch whose logits are wanted
 * @param blockTokens token slots in a cache block
 * @param yarnRounded whether YaRN's ramp ends are rounded as ggml does
 */
public record ModelOptions(
    int maxRows,
    int maxLogitRows,
    KvType kvType,
    int blockTokens,
    int contextLength,
    Precision precision,
    boolean yarnRounded) {}
