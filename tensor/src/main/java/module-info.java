/** How numbers lie in memory and are multiplied. Depends on the JDK alone. */
module dev.javelin.tensor {
  // Static: resolved at start-up it makes the JVM print a warning; simd.VectorModule finds or loads
  // it at run time.
  requires static jdk.incubator.vector;

  exports dev.javelin.tensor;
  exports dev.javelin.tensor.ops;
  exports dev.javelin.tensor.parallel;
}
