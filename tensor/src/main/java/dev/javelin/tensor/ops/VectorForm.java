package dev.javelin.tensor.ops;

import dev.javelin.tensor.simd.SimdSupport;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Chooses between the scalar and the vector form of an operation whose results have the same bits. Vector code is a thousand
 * times slower than it will be until the compiler has seen it often, and much slower than plain loops are by then; so the
 * scalar form answers first, while the two race on a small job in a background thread. From the moment the vector form wins
 * it answers; where it never does (an interpreter without a compiler), it never will.
 */
final class VectorForm {
  private static final int WINS_NEEDED = 4;
  private static final long LONGEST_RACE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long IDLE_SECONDS = 5;
  private static final LinkedBlockingQueue<VectorForm> WAITING = new LinkedBlockingQueue<>();
  private static boolean racing; // guarded by WAITING

  private final Runnable rehearsal;
  private final Runnable scalar;
  private final Runnable vector;
  private volatile boolean ready;

  /** Both forms do the same job of some microseconds, on data of their own. */
  private VectorForm(Runnable rehearsal, Runnable scalar, Runnable vector) {
    this.rehearsal = rehearsal;
    this.scalar = scalar;
    this.vector = vector;
  }

  /** A choice that begins with the scalar form; without vectors it stays there. */
  static VectorForm of(Runnable scalar, Runnable vector) {
    return of(() -> {}, scalar, vector);
  }

  /** The same, with something that gets the vector form compiled sooner than the race alone would. */
  static VectorForm of(Runnable rehearsal, Runnable scalar, Runnable vector) {
    VectorForm form = new VectorForm(rehearsal, scalar, vector);
    if (SimdSupport.available()) {
      enter(form);
    }
    return form;
  }

  /** No choice: for tests of one form. */
  static VectorForm fixed(boolean vectors) {
    VectorForm form = new VectorForm(() -> {}, () -> {}, () -> {});
    form.ready = vectors;
    return form;
  }

  /** Whether the vector form is the one to use now. */
  boolean ready() {
    return ready;
  }

  private static void enter(VectorForm form) {
    synchronized (WAITING) {
      WAITING.add(form);
      if (!racing) {
        racing = true;
        Thread.ofPlatform().daemon().name("javelin-warm-up").start(VectorForm::races);
      }
    }
  }

  private static void races() {
    try {
      while (true) {
        VectorForm form = WAITING.poll(IDLE_SECONDS, TimeUnit.SECONDS);
        if (form != null) {
          form.race();
          continue;
        }
        synchronized (WAITING) {
          if (WAITING.isEmpty()) {
            racing = false;
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void race() {
    rehearsal.run();
    long end = System.nanoTime() + LONGEST_RACE_NANOS;
    for (int wins = 0; wins < WINS_NEEDED && System.nanoTime() < end; ) {
      long start = System.nanoTime();
      scalar.run();
      long middle = System.nanoTime();
      vector.run();
      wins = System.nanoTime() - middle < middle - start ? wins + 1 : 0;
      ready = wins == WINS_NEEDED;
    }
  }
}
