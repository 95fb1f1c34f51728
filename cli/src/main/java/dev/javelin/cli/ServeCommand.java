package dev.javelin.cli;

import dev.javelin.server.JavelinServer;
import dev.javelin.server.MemoryPlan;
import dev.javelin.server.config.Setting;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code serve}: answers over HTTP until it is told to stop. Standard output is one line with the
 * address, once the model answers. A first SIGTERM or Ctrl-C lets answers in progress end.
 */
@Command(
    name = "serve",
    description =
        "Serve a model over HTTP: OpenAI's API, Anthropic's messages, and a page to chat.",
    footer = {
      "",
      "Each flag is also a variable JAVELIN_... and a line of the file that --config names; javelin config shows the outcome."
    })
final class ServeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(names = "--dry-run", description = "Only say how much memory the model would need here.")
  private boolean dryRun;

  private final Terminal terminal;

  private ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandLine commandLine(Terminal terminal) {
    var spec = CommandSpec.forAnnotatedObject(new ServeCommand(terminal));
    SettingFlags.addTo(spec);
    return new CommandLine(spec);
  }

  @Override
  public Integer call() throws InterruptedException {
    var configuration = SettingFlags.configuration(spec.commandLine().getParseResult());
    if (dryRun) {
      var plan = MemoryPlan.read(configuration);
      terminal.out().print(plan.text());
      return plan.fits() ? 0 : FailureReport.INPUT_BAD;
    }
    var stopped = new CountDownLatch(1);
    var failed = new AtomicBoolean();
    var server = JavelinServer.start(configuration);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("javelin-drain")
                .unstarted(
                    () -> {
                      // Asked before the drain, which also ends the wait for a model.
                      boolean told = !failed.get();
                      boolean all = server.drain(configuration.time(Setting.DRAIN_TIMEOUT));
                      stopped.countDown();
                      if (told && all) { // a clean end, which 128 + 15 would not say
                        terminal.err().flush();
                        Runtime.getRuntime().halt(0);
                      }
                    }));
    try {
      server.awaitReady();
    } catch (RuntimeException | Error failure) {
      failed.set(true);
      throw failure;
    }
    terminal.out().println(server.uri());
    terminal.out().flush();
    stopped.await();
    return 0;
  }
}
