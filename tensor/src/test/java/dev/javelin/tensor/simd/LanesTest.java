package dev.javelin.tensor.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class LanesTest {
  @Test
  void scaleConvertsEveryHalfAsTheJdkDoes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment half = arena.allocate(Short.BYTES);
      MemorySegment base = FastMemory.base(half);
      long o = FastMemory.offset(half, 0, Short.BYTES);
      for (int h = 0; h < 1 << 16; h++) {
        half.set(ValueLayout.JAVA_SHORT, 0, (short) h);
        float expected = Float.float16ToFloat((short) h);
        float actual = Lanes.scale(base, o).lane(Species.LANES - 1);
        assertEquals(
            Float.floatToIntBits(expected),
            Float.floatToIntBits(actual),
            "0x" + Integer.toHexString(h));
      }
    }
  }
}
