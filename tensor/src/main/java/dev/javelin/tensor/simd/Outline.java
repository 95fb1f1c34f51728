package dev.javelin.tensor.simd;

/**
 * Keeps a kernel out of its caller. C2 inlines hot methods of up to 325 bytes of bytecode, and
 * stops inlining anything, even the Vector API's own small methods, when the method it compiles has
 * grown too large: then every vector becomes an object and the kernel is a hundred times slower. So
 * a kernel must be compiled alone. Java has no word for that; a branch that is never taken, and
 * vanishes when compiled, makes the bytecode long enough:
 *
 * <pre>
 *   if (Outline.NEVER) {
 *     Outline.pad(
 *         1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
 *         28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52);
 *   }
 * </pre>
 */
final class Outline {
  /** False; not a constant for javac, but one for C2. */
  static final boolean NEVER = SimdSupport.BITS < 0;

  private Outline() {}

  static void pad(int... bytecode) {}
}
