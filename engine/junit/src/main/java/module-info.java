/** Recorded answers for tests with JUnit 5. */
module dev.javelin.junit {
  requires transitive dev.javelin.engine;
  requires transitive org.junit.jupiter.api;

  exports dev.javelin.junit;
}
