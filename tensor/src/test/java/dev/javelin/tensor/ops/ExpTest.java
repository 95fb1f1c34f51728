package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExpTest {
  @Test
  void isWithinItsErrorOverTheWholeRange() {
    double worst = 0;
    for (float x = Exp.SMALLEST; x < Exp.LARGEST; x += 0.000731f) {
      worst = Math.max(worst, Math.abs(Exp.exp(x) / Math.exp(x) - 1));
    }
    assertTrue(worst < 1e-7, "largest relative error " + worst);
  }

  @Test
  void keepsItsPromisesAtTheEnds() {
    assertEquals(1f, Exp.exp(0f));
    assertEquals(0f, Exp.exp(Float.NEGATIVE_INFINITY));
    assertEquals(0f, Exp.exp(-87f));
    assertEquals(Exp.exp(Exp.LARGEST), Exp.exp(Float.POSITIVE_INFINITY));
    assertTrue(Float.isFinite(Exp.exp(1e30f)));
    assertTrue(Float.isNaN(Exp.exp(Float.NaN)));
  }
}
