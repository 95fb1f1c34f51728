package dev.javelin.cli;

import java.lang.reflect.Proxy;

/**
 * Ctrl-C, handled by the program instead of ending it. The JDK's only way is {@code
 * sun.misc.Signal} of the supported module {@code jdk.unsupported}; it is called by reflection
 * because javac's warning about it cannot be switched off.
 */
final class Interrupts {
  private Interrupts() {}

  /**
   * From now on {@code handler} runs, on a thread of its own, each time Ctrl-C is pressed.
   *
   * @return false if this JVM leaves signals alone (as with -Xrs): then Ctrl-C ends the program
   */
  static boolean handleWith(Runnable handler) {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handlerType = Class.forName("sun.misc.SignalHandler");
      var proxy =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (self, method, arguments) -> {
                if (method.getDeclaringClass() == handlerType) {
                  handler.run();
                  return null;
                }
                return switch (method.getName()) {
                  case "equals" -> self == arguments[0];
                  case "hashCode" -> System.identityHashCode(self);
                  default -> "interrupt handler";
                };
              });
      var interrupt = signal.getConstructor(String.class).newInstance("INT");
      signal.getMethod("handle", signal, handlerType).invoke(null, interrupt, proxy);
      return true;
    } catch (ReflectiveOperationException unavailable) {
      return false;
    }
  }
}
