package dev.javelin.tensor.ops;

import dev.javelin.tensor.simd.SimdSupport;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Chooses between the scalar and the vector form of an operation whose results have the same bits.
 * Vector code is a thousand times slower than it will be until the compiler has seen it often, and
 * much slower than plain loops are by then; so the scalar form answers first, while the two race on
 * a small job in a background thread. From the moment the vector form wins it answers. Where it
 * loses (an interpreter without a compiler) they race again when there was four times as much to
 * do.
 *
 * <p>A race costs a second or so of a core: a form with a price is raced only when the scalar form
 * has done that much work, so that a short process never pays for it.
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
  private final AtomicBoolean entered = new AtomicBoolean();
  private volatile long price;
  private long work; // several threads may count at once: losing some does not matter
  private volatile boolean ready;

  /** Both forms do the same job of some microseconds, on data of their own. */
  private VectorForm(Runnable rehearsal, Runnable scalar, Runnable vector) {
    this.rehearsal = rehearsal;
    this.scalar = scalar;
    this.vector = vector;
  }

  /** A choice that begins with the scalar form; without vectors it stays there. */
  static VectorForm of(Runnable scalar, Runnable vector, long price) {
    return of(() -> {}, scalar, vector, price);
  }

  /**
   * The same, with something that gets the vector form compiled sooner than the race alone would.
   *
   * @param price the work, in units of {@link #worked}, after which the race begins; 0 = at once
   */
  static VectorForm of(Runnable rehearsal, Runnable scalar, Runnable vector, long price) {
    VectorForm form = new VectorForm(rehearsal, scalar, vector);
    form.price = price;
    form.entered.set(!SimdSupport.available());
    form.worked(0);
    return form;
  }

  /** No choice: for tests of one form. */
  static VectorForm fixed(boolean vectors) {
    VectorForm form = new VectorForm(() -> {}, () -> {}, () -> {});
    form.entered.set(true);
    form.ready = vectors;
    return form;
  }

  /** Whether the vector form is the one to use now. */
  boolean ready() {
    return ready;
  }

  /** Says how much the scalar form has done. */
  void worked(long amount) {
    work += amount;
    if (work >= price && !entered.get() && entered.compareAndSet(false, true)) {
      enter(this);
    }
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
          form.tryRace();
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

  private void tryRace() {
    try {
      race();
    } catch (RuntimeException | LinkageError unusable) {
      // The vector form cannot run here: the scalar one goes on.
      ready = false;
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
    if (!ready) { // a very busy machine, or no compiler: again when there was much more to do
      price = Math.max(1, 4 * work);
      entered.set(false);
    }
  }
}
