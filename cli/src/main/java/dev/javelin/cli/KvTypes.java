package dev.javelin.cli;

import dev.javelin.tensor.ops.KvType;

/** {@code f32}, {@code f16}, {@code q8_0}. */
final class KvTypes extends Names<KvType> {
  KvTypes() {
    super(KvType.class);
  }
}
