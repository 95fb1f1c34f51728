package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KvBlockFormatTest {
  private static float[][] roundTrip(KvBlockFormat format, float[] k, float[] v, int slot) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pool = arena.allocate(3 * format.bytesPerLayer(), 64);
      format.write(pool, format.bytesPerLayer(), slot, k, 1, v, 2);
      float[][] back = {new float[k.length], new float[v.length]};
      format.read(pool, format.bytesPerLayer(), slot, back[0], 1, back[1], 2);
      MemorySegment zero = arena.allocate(format.bytesPerLayer());
      assertEquals(-1, zero.mismatch(pool.asSlice(0, zero.byteSize())), "wrote before its block");
      assertEquals(-1, zero.mismatch(pool.asSlice(2 * zero.byteSize())), "wrote behind its block");
      return back;
    }
  }

  @Test
  void keepsEachSlotApart() {
    for (KvType type : KvType.values()) {
      KvBlockFormat format = new KvBlockFormat(type, 3, 64, 16);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment pool = arena.allocate(format.bytesPerLayer(), 64);
        float[][] k = new float[16][192];
        float[][] v = new float[16][192];
        Random random = new Random(3);
        for (int slot = 15; slot >= 0; slot--) {
          AttentionOracle.fill(k[slot], random, 1);
          AttentionOracle.fill(v[slot], random, 1);
          format.write(pool, 0, slot, k[slot], 0, v[slot], 0);
        }
        float[] backK = new float[192];
        float[] backV = new float[192];
        for (int slot = 0; slot < 16; slot++) {
          format.read(pool, 0, slot, backK, 0, backV, 0);
          assertArrayEquals(k[slot], backK, 0.02f);
          assertArrayEquals(v[slot], backV, 0.02f);
        }
      }
    }
  }

  @Test
  void roundsF16ToNearestEvenAndSaturates() {
    float[] k = {
      0,
      1 + 0x1p-11f,
      1 + 3 * 0x1p-11f,
      70000,
      -1e9f,
      65519,
      Float.POSITIVE_INFINITY,
      0x1p-25f,
      0x1.8p-24f
    };
    float[] v = new float[10];
    float[][] back = roundTrip(new KvBlockFormat(KvType.F16, 1, 8, 16), k, v, 15);
    assertArrayEquals(
        new float[] {0, 1, 1 + 0x1p-9f, 65504, -65504, 65504, 65504, 0, 0x1p-23f}, back[0]);
  }

  @Test
  void quantizesQ8RowsAsGgmlDoes() {
    float[] k = new float[33];
    float[] v = new float[34];
    k[1] = 127; // d = 1
    k[2] = 0.5f; // away from zero
    k[3] = -0.5f;
    k[4] = 1.49f;
    k[32] = -126.6f;
    v[2] = -0.3f;
    v[3] = 0.1f;
    float[][] back = roundTrip(new KvBlockFormat(KvType.Q8_0, 1, 32, 16), k, v, 7);
    assertEquals(127f, back[0][1]);
    assertEquals(1f, back[0][2]);
    assertEquals(-1f, back[0][3]);
    assertEquals(1f, back[0][4]);
    assertEquals(-127f, back[0][32]);
    float d = Float.float16ToFloat(Float.floatToFloat16(0.3f / 127));
    assertEquals(-127 * d, back[1][2]);
    assertEquals(42 * d, back[1][3]);
  }

  @Test
  void sizesAddUp() {
    assertEquals(2 * 64 * 32 * 4 * 8, new KvBlockFormat(KvType.F32, 8, 64, 32).bytesPerLayer());
    assertEquals(2 * 64 * 32 * 2 * 8, new KvBlockFormat(KvType.F16, 8, 64, 32).bytesPerLayer());
    assertEquals(
        2 * (64 * 32 + 2 * 32 * 2) * 8, new KvBlockFormat(KvType.Q8_0, 8, 64, 32).bytesPerLayer());
    assertEquals(0, new KvBlockFormat(KvType.Q8_0, 1, 32, 16).bytesPerLayer() % 64);
  }

  @Test
  void refusesShapesItCannotHold() {
    for (Runnable wrong :
        new Runnable[] {
          () -> new KvBlockFormat(KvType.Q8_0, 1, 16, 32),
          () -> new KvBlockFormat(KvType.F16, 1, 12, 32),
          () -> new KvBlockFormat(KvType.F16, 0, 64, 32),
          () -> new KvBlockFormat(KvType.F16, 1, 64, 24)
        }) {
      String message = assertThrows(IllegalArgumentException.class, wrong::run).getMessage();
      assertTrue(message.contains("="), message);
    }
  }
}
