package dev.javelin.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Keeps what each test of a real model gave, or why it was skipped, for the end of the build. */
final class RealModelsReport implements TestWatcher {
  private static final ThreadLocal<String> NOTE = ThreadLocal.withInitial(() -> "");

  /** Something worth telling about the test that runs. */
  static void note(String text) {
    NOTE.set(text);
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    row(context, "ok: " + NOTE.get());
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    String reason = cause == null ? "" : String.valueOf(cause.getMessage());
    row(context, "skipped: " + reason.replaceFirst("^Assumption failed: ", ""));
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    row(context, "FAILED: " + String.valueOf(cause.getMessage()).replaceAll("\\s+", " "));
  }

  private static void row(ExtensionContext context, String result) {
    NOTE.remove();
    String test = context.getRequiredTestMethod().getName();
    String name = context.getDisplayName().equals(test + "()") ? "all" : context.getDisplayName();
    try {
      Path folder = Files.createDirectories(Path.of("target"));
      Files.writeString(
          folder.resolve("real-models.md"),
          "| " + test + " | " + name + " | " + result + " |\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException("the report cannot be written", e);
    }
  }
}
