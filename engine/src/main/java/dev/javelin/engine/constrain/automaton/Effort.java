package dev.javelin.engine.constrain.automaton;

import dev.javelin.engine.constrain.ConstraintException;
import java.util.function.Supplier;

/**
 * How much work one constraint may cause while it is compiled. Languages multiply: a few characters
 * can ask for automata that take hours, and many small patterns add up. So those who build report
 * their steps here, and one limit holds for all of them together.
 */
public final class Effort {
  /** A second or two. A format of JSON Schema takes up to 200,000, most schemas far less. */
  private static final long MAX_STEPS = 20_000_000;

  private static final ScopedValue<Effort> CURRENT = ScopedValue.newInstance();

  private long left = MAX_STEPS;

  private Effort() {}

  /**
   * Does this work within the limit.
   *
   * @throws ConstraintException TOO_COMPLEX if that is not enough
   */
  public static <T> T limited(Supplier<T> work) {
    return ScopedValue.where(CURRENT, new Effort()).call(work::get);
  }

  /** Reports steps of some ten nanoseconds each. What is made once for all constraints is free. */
  public static void spend(long steps) {
    if (CURRENT.isBound()) {
      CURRENT.get().take(steps);
    }
  }

  private void take(long steps) {
    left -= steps;
    if (left < 0) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "takes more than " + MAX_STEPS + " steps to compile");
    }
  }
}
