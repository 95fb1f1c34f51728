/** Recorded answers for tests with JUnit 5: see {@code RecordedModel}. */
package dev.javelin.junit;
