package dev.javelin.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Entry point: puts the commands together, runs one, and turns exceptions into one line on stderr
 * and an exit code. {@code 0}: success, {@code 1}: the input or a file was bad, {@code 2}: wrong
 * usage.
 */
@Command(
    name = "javelin",
    description = "LLM inference in pure Java.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Without -m a command uses the small demo model inside the program.",
      "javelin COMMAND --help says more."
    })
public final class JavelinCli implements Runnable {
  /**
   * How log records look on stderr: as one line of ours, not with time, class and method on a line
   * of their own.
   */
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  private static final String COMPLETION = "completion";
  private static final SequencedMap<String, Function<Terminal, Object>> COMMANDS = commands();

  private final Terminal terminal;
  @Spec private CommandSpec spec;

  private JavelinCli(Terminal terminal) {
    this.terminal = terminal;
  }

  /** In the order of the help. */
  private static SequencedMap<String, Function<Terminal, Object>> commands() {
    var commands = new LinkedHashMap<String, Function<Terminal, Object>>();
    commands.put("generate", GenerateCommand::new);
    commands.put("chat", ChatCommand::new);
    commands.put("serve", ServeCommand::commandLine);
    commands.put("config", ConfigCommand::commandLine);
    commands.put("inspect", InspectCommand::new);
    commands.put("tokenize", TokenizeCommand::new);
    commands.put("constrain", ConstrainCommand::new);
    commands.put("render", RenderCommand::new);
    commands.put("eval", EvalCommand::new);
    commands.put("perplexity", PerplexityCommand::new);
    commands.put("verify", VerifyCommand::new);
    commands.put("bench", BenchCommand::new);
    commands.put("doctor", DoctorCommand::new);
    commands.put("synth", SynthCommand::new);
    commands.put("convert", ConvertCommand::new);
    commands.put("quantize", QuantizeCommand::new);
    commands.put("optimize", OptimizeCommand::new);
    commands.put(COMPLETION, CompletionCommand::new);
    return commands;
  }

  public static void main(String[] arguments) {
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "javelin: %5$s%6$s%n");
    }
    var terminal = Terminal.ofProcess();
    int exitCode = run(terminal, arguments);
    terminal.err().flush();
    System.exit(exitCode);
  }

  /** Runs one command and returns the exit code. */
  static int run(Terminal terminal, String... arguments) {
    try {
      int exitCode =
          commandLine(terminal, arguments.length == 0 ? "" : arguments[0]).execute(arguments);
      if (exitCode == 0) {
        terminal.out().check();
      }
      return exitCode;
    } catch (IOException | Error failure) {
      // Memory that ran out, a mapped file that was cut: these too are told in one line. That
      // nobody reads on is known to whoever closed the pipe.
      if (failure instanceof Error || !terminal.out().isClosed()) {
        new FailureReport(terminal)
            .print(failure, List.of(arguments).contains(CommonOptions.VERBOSE));
      }
      return FailureReport.INPUT_BAD;
    }
  }

  /** All commands, on the given streams. */
  static CommandLine commandLine(Terminal terminal) {
    return commandLine(terminal, "");
  }

  /**
   * The command that {@code wanted} names, alone, or all of them: describing each takes a good part
   * of the start-up.
   */
  private static CommandLine commandLine(Terminal terminal, String wanted) {
    var commandLine = new CommandLine(new JavelinCli(terminal));
    if (COMMANDS.containsKey(wanted) && !wanted.equals(COMPLETION)) {
      commandLine.addSubcommand(wanted, COMMANDS.get(wanted).apply(terminal));
    } else if (!wanted.equals("--version")) {
      COMMANDS.forEach((name, command) -> commandLine.addSubcommand(name, command.apply(terminal)));
    }
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
