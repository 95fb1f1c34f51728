package dev.javelin.bench;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** JMH's own command line; the limits are measured beside whatever it runs. */
public final class BenchMain {
  private BenchMain() {}

  public static void main(String[] arguments) throws Exception {
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

  /** One process for each benchmark, with the limits measured in it. */
  static Options withLimits(Options options) {
    ChainedOptionsBuilder builder =
        new OptionsBuilder()
            .parent(options)
            .addProfiler(LimitsProfiler.class)
            .jvmArgsAppend(
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx2g");
    return options.getForkCount().hasValue() ? builder.build() : builder.forks(1).build();
  }
}
