/** How numbers lie in memory and are multiplied. Depends on the JDK alone. */
module dev.javelin.tensor {
  requires jdk.incubator.vector;

  exports dev.javelin.tensor;
  exports dev.javelin.tensor.ops;
  exports dev.javelin.tensor.parallel;
}
