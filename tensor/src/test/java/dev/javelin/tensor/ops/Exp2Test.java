package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Exp2Test {
  @Test
  void isWithinItsErrorOverTheWholeRange() {
    double worst = 0;
    for (float x = Exp2.SMALLEST; x <= 0; x += 0.000931f) {
      worst = Math.max(worst, Math.abs(Exp2.exp2(x) / Math.pow(2, x) - 1));
    }
    assertTrue(worst < 1e-7, "largest relative error " + worst);
  }

  @Test
  void keepsItsPromisesAtTheEnds() {
    for (int n = 0; n >= Exp2.SMALLEST; n--) {
      assertEquals(Math.scalb(1f, n), Exp2.exp2(n));
    }
    assertEquals(0f, Exp2.exp2(Math.nextDown(Exp2.SMALLEST)));
    assertEquals(0f, Exp2.exp2(-1e30f));
    assertEquals(0f, Exp2.exp2(Float.NEGATIVE_INFINITY));
    assertTrue(Float.isNaN(Exp2.exp2(Float.NaN)));
  }
}
