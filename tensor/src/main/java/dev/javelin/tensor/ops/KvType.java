package dev.javelin.tensor.ops;

/** How keys and values of past tokens are stored. */
public enum KvType {
  F32,
  F16,
  /** 8-bit quants with one f16 scale for each 32 values of a head. */
  Q8_0
}
