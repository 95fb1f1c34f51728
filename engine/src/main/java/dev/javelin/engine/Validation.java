package dev.javelin.engine;

import java.util.List;
import java.util.stream.Collectors;

/** What came of trying a model out. */
public record Validation(List<Check> checks) {
  /**
   * One thing that was tried.
   *
   * @param found what was seen, or what is wrong
   */
  public record Check(String name, String found, boolean passed) {}

  public Validation {
    checks = List.copyOf(checks);
  }

  public boolean passed() {
    return checks.stream().allMatch(Check::passed);
  }

  /** What is wrong, one line each; empty if nothing is. */
  public List<String> faults() {
    return checks.stream()
        .filter(check -> !check.passed())
        .map(check -> check.name() + ": " + check.found())
        .toList();
  }

  @Override
  public String toString() {
    return checks.stream()
        .map(check -> (check.passed() ? "ok " : "FAILED ") + check.name() + ": " + check.found())
        .collect(Collectors.joining("\n"));
  }
}
