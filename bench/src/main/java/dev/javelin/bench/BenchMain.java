package dev.javelin.bench;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code bench/run suite} measures a selection in a few minutes and writes it down; with anything
 * else it is JMH's own command line, and the limits are measured beside whatever it runs.
 */
public final class BenchMain {
  private BenchMain() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1 && arguments[0].equals("suite")) {
      ShortSuite.run();
      return;
    }
    CommandLineOptions options = new CommandLineOptions(arguments);
    if (options.shouldHelp()) {
      options.showHelp();
    } else if (options.shouldList()) {
      new Runner(options).list();
    } else if (options.shouldListWithParams()) {
      new Runner(options).listWithParams(options);
    } else {
      new Runner(withLimits(options)).run();
    }
  }

  /**
   * One process for each benchmark, with the limits measured in it. The Vector API's module is
   * loaded at run time, as the launcher does it.
   */
  static Options withLimits(Options options) {
    ChainedOptionsBuilder builder =
        new OptionsBuilder()
            .parent(options)
            .addProfiler(LimitsProfiler.class)
            .jvmArgsAppend(
                "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UnlockDiagnosticVMOptions", // as the launcher, see docs/kernels.md
                "-XX:MinInlineFrequencyRatio=0",
                "-Xmx2g");
    return options.getForkCount().hasValue() ? builder.build() : builder.forks(1).build();
  }
}
