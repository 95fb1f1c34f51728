package dev.javelin.engine;

import dev.javelin.tensor.Hardware;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * The slow paths that can be in use without anybody having asked for them: each with what to do
 * about it.
 */
public enum PerformanceNote {
  SCALAR(
      () -> !Hardware.vectorModuleFound(),
      "the Vector API's module is missing, so all arithmetic is scalar and many times slower: start Java with "
          + Hardware.vectorModuleFlag()),
  /** HotSpot calls itself an emulated client when the optimizing compiler is switched off. */
  NO_OPTIMIZING_COMPILER(
      () ->
          System.getProperty("java.vm.info", "").contains("interpreted mode")
              || System.getProperty("java.vm.info", "").contains("emulated-client"),
      "Java runs without its optimizing compiler, so vectors are objects and everything is many times slower: leave out"
          + " -Xint and -XX:TieredStopAtLevel"),
  CHECKED_ADDRESSES(
      () -> Hardware.vectorModuleFound() && !Hardware.absoluteAddresses(),
      "every access to the weights is bounds-checked, which costs up to a fifth: start Java with"
          + " --enable-native-access=ALL-UNNAMED (class path) or =dev.javelin.tensor (module path), and without"
          + " -Djavelin.safe=true");

  private static final AtomicBoolean REPORTED = new AtomicBoolean();

  private final BooleanSupplier condition;
  private final String text;

  PerformanceNote(BooleanSupplier condition, String text) {
    this.condition = condition;
    this.text = text;
  }

  /** What is slow, and the cure. */
  public String text() {
    return text;
  }

  /** The notes that hold in this process. */
  public static List<PerformanceNote> active() {
    return Arrays.stream(values()).filter(note -> note.condition.getAsBoolean()).toList();
  }

  /** Logs the notes that hold, once a process. */
  static void report() {
    if (REPORTED.compareAndSet(false, true)) {
      for (PerformanceNote note : active()) {
        System.getLogger("dev.javelin").log(System.Logger.Level.WARNING, note.text());
      }
    }
  }
}
