package dev.javelin.cli;

import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {
  static final String VERBOSE = "--verbose";

  @Option(names = VERBOSE, description = "Show the stack trace when something fails.")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;
}
