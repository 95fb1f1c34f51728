package dev.javelin.cli;

import dev.javelin.engine.TokenLimitExceeded;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong in one line on stderr. The stack trace is for {@code --verbose}. */
final class FailureReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final int INPUT_BAD = CommandLine.ExitCode.SOFTWARE;
  static final int USAGE_WRONG = CommandLine.ExitCode.USAGE;

  private static final String HEAP_FULL = "Java heap space";

  private final Terminal terminal;

  FailureReport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    print(failure, isVerbose(parsed));
    return INPUT_BAD;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    var command = failure.getCommandLine();
    var message = oneLine(failure.getMessage()).replaceFirst("^Error: ", "");
    if (failure instanceof UnmatchedArgumentException unmatched) {
      var first = unmatched.getUnmatched().getFirst();
      var suggestions = unmatched.getSuggestions();
      message =
          (first.startsWith("-")
                  ? "no such option: "
                  : command.getParent() == null ? "no such command: " : "one argument too many: ")
              + first
              + (suggestions.isEmpty()
                  ? ""
                  : " (did you mean " + String.join(" or ", suggestions) + "?)");
    }
    terminal
        .err()
        .println(
            "javelin: "
                + message
                + "; see "
                + command.getCommandSpec().qualifiedName()
                + " --help");
    return USAGE_WRONG;
  }

  /** One line, and below it the stack trace if asked for. */
  void print(Throwable failure, boolean verbose) {
    terminal.err().println("javelin: " + describe(failure));
    if (verbose) {
      failure.printStackTrace(terminal.err());
    }
  }

  /** What happened, in words for the person at the keyboard. */
  static String describe(Throwable failure) {
    return switch (failure) {
      case UncheckedIOException wrapped -> describe(wrapped.getCause());
      case NoSuchFileException missing when missing.getReason() == null ->
          missing.getFile() + ": no such file";
      case FileNotFoundException missing -> oneLine(missing.getMessage());
      case AccessDeniedException denied -> denied.getFile() + ": not allowed to read or write it";
      case FileSystemException broken -> broken.getFile() + ": " + reason(broken);
      case IOException broken -> oneLine(broken.getMessage());
      case TokenLimitExceeded full ->
          "the prompt has %d tokens, but the context holds %d (prompt and answer together): shorten it, or give it more room with -c"
              .formatted(full.promptTokens(), full.contextLength());
      case OutOfMemoryError memory ->
          "out of memory ("
              + oneLine(memory.getMessage())
              + ")"
              + (HEAP_FULL.equals(memory.getMessage())
                  ? ": give the JVM more with JAVELIN_JVM=-Xmx4g"
                  : "");
      case IllegalArgumentException _, IllegalStateException _ when failure.getMessage() != null ->
          oneLine(failure.getMessage());
      default ->
          isOurs(failure) && failure.getMessage() != null
              ? oneLine(failure.getMessage())
              : "unexpected "
                  + failure.getClass().getSimpleName()
                  + ": "
                  + oneLine(failure.getMessage())
                  + " (--verbose shows where)";
    };
  }

  private static String reason(FileSystemException broken) {
    return broken.getReason() == null
        ? broken.getClass().getSimpleName()
        : oneLine(broken.getReason());
  }

  private static boolean isOurs(Throwable failure) {
    return failure.getClass().getName().startsWith("dev.javelin.");
  }

  private static boolean isVerbose(ParseResult parsed) {
    var levels = new ArrayList<ParseResult>(List.of(parsed));
    levels.addAll(parsed.subcommands());
    return levels.stream().anyMatch(level -> level.hasMatchedOption(CommonOptions.VERBOSE));
  }

  private static String oneLine(String message) {
    return message == null ? "no details" : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
