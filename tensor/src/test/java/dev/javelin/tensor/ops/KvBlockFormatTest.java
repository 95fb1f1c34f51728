package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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
      for (int blockTokens : new int[] {16, 32, 48}) {
        keepsEachSlotApart(new KvBlockFormat(type, 3, type == KvType.Q8_0 ? 64 : 72, blockTokens));
      }
    }
  }

  private static void keepsEachSlotApart(KvBlockFormat format) {
    int row = 3 * format.headDim();
    int slots = format.blockTokens();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pool = arena.allocate(format.bytesPerLayer(), 64);
      float[][] k = new float[slots][row];
      float[][] v = new float[slots][row];
      Random random = new Random(3);
      for (int slot = slots - 1; slot >= 0; slot--) {
        AttentionOracle.fill(k[slot], random, 1);
        AttentionOracle.fill(v[slot], random, 1);
        format.write(pool, 0, slot, k[slot], 0, v[slot], 0);
      }
      int kept = slots - 5;
      for (int pass = 0; pass < 2; pass++) {
        float[] backK = new float[row];
        float[] backV = new float[row];
        for (int slot = 0; slot < slots; slot++) {
          boolean cleared = pass == 1 && slot >= kept;
          format.read(pool, 0, slot, backK, 0, backV, 0);
          assertArrayEquals(cleared ? new float[row] : k[slot], backK, 0.02f);
          assertArrayEquals(cleared ? new float[row] : v[slot], backV, 0.02f);
        }
        format.clear(pool, 0, kept);
      }
    }
  }

  @Test
  void putsTheSixteenthF16AfterTheFirst() {
    KvBlockFormat format = new KvBlockFormat(KvType.F16, 1, 40, 48);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pool = arena.allocate(format.bytesPerLayer(), 64);
      float[] k = new float[40];
      float[] v = new float[40];
      for (int i = 0; i < 40; i++) {
        v[i] = i;
      }
      for (int slot = 0; slot < 48; slot++) {
        Arrays.fill(k, slot);
        format.write(pool, 0, slot, k, 0, v, 0);
      }
      int[] start = {0, 16, 1, 17, 2, 18};
      for (int i = 0; i < start.length; i++) {
        assertEquals(start[i], half(pool, i));
        assertEquals(start[i], half(pool, 48 * 40 + i));
      }
      assertEquals(31, half(pool, 31));
      assertEquals(32, half(pool, 32)); // the rest of a row lies in order
      assertEquals(33, half(pool, 33));
      assertEquals(33, half(pool, 48 * 40 + 33));
    }
  }

  private static float half(MemorySegment pool, int index) {
    return Float.float16ToFloat(pool.get(KvBlockFormat.SHORT, 2L * index));
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
          () -> new KvBlockFormat(KvType.F16, 1, 64, 24),
          () -> new KvBlockFormat(KvType.F16, 1, 64, 528)
        }) {
      String message = assertThrows(IllegalArgumentException.class, wrong::run).getMessage();
      assertTrue(message.contains("="), message);
    }
  }
}
