package dev.javelin.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Entry point: puts the commands together, runs one, and turns exceptions into one line on stderr and an exit code.
 * {@code 0}: success, {@code 1}: the input or a file was bad, {@code 2}: wrong usage.
 */
@Command(
    name = "javelin",
    description = "LLM inference in pure Java.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {"", "Without -m a command uses the small demo model inside the program.", "javelin COMMAND --help says more."})
public final class JavelinCli implements Runnable {
  /** How log records look on stderr: as one line of ours, not with time, class and method on a line of their own. */
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  private final Terminal terminal;
  @Spec private CommandSpec spec;

  private JavelinCli(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] arguments) {
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "javelin: %5$s%6$s%n");
    }
    var terminal = Terminal.ofProcess();
    int exitCode = run(terminal, arguments);
    terminal.out().flush();
    terminal.err().flush();
    System.exit(exitCode);
  }

  /** Runs one command and returns the exit code. */
  static int run(Terminal terminal, String... arguments) {
    try {
      return commandLine(terminal).execute(arguments);
    } catch (Error failure) {
      // Memory that ran out, a mapped file that was cut: these too are told in one line.
      new FailureReport(terminal).print(failure, List.of(arguments).contains(CommonOptions.VERBOSE));
      return FailureReport.INPUT_BAD;
    }
  }

  /** All commands, on the given streams. */
  static CommandLine commandLine(Terminal terminal) {
    var commandLine = new CommandLine(new JavelinCli(terminal));
    commandLine
        .addSubcommand(new GenerateCommand(terminal))
        .addSubcommand(new ChatCommand(terminal))
        .addSubcommand(ServeCommand.commandLine(terminal))
        .addSubcommand(ConfigCommand.commandLine(terminal))
        .addSubcommand(new InspectCommand(terminal))
        .addSubcommand(new TokenizeCommand(terminal))
        .addSubcommand(new EvalCommand(terminal))
        .addSubcommand(new BenchCommand(terminal))
        .addSubcommand(new SynthCommand(terminal))
        .addSubcommand(new CompletionCommand(terminal));
    var failures = new FailureReport(terminal);
    return commandLine
        .setOut(terminal.outWriter())
        .setErr(terminal.errWriter())
        // A prompt may begin with @; it names no file of arguments.
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
