package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.PerformanceNote;
import dev.javelin.tensor.Hardware;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doctor}: what this machine and this JVM offer, and every slow path that is in use. */
@Command(
    name = "doctor",
    description = {
      "Show the JDK, the vectors in use, cores and memory, and every slow path with its cure.",
      "Exit code 1 if a slow path is in use."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** HotSpot's default leaves helpers that its counts call rare out of the code around them. */
  private static final String RARE_CALLS = "-XX:MinInlineFrequencyRatio=";

  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  @Mixin private CommonOptions common;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private final Terminal terminal;

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<PerformanceNote> notes = PerformanceNote.active();
    ObjectNode report = report(notes);
    if (json) {
      terminal.out().println(report.toPrettyString());
    } else {
      report.properties().stream()
          .filter(entry -> !entry.getValue().isArray())
          .forEach(
              entry ->
                  terminal
                      .out()
                      .printf(
                          "%-22s %s%n",
                          entry.getKey().replace('_', ' '), entry.getValue().asText()));
      if (notes.isEmpty()) {
        terminal.out().println("no slow path is in use");
      }
      notes.forEach(note -> terminal.out().println("slow: " + note.text()));
    }
    return notes.isEmpty() ? 0 : 1;
  }

  private static ObjectNode report(List<PerformanceNote> notes) {
    ObjectNode report = MAPPER.createObjectNode();
    report.put(
        "java",
        System.getProperty("java.vm.version") + " (" + System.getProperty("java.vendor") + ")");
    report.put("java_home", System.getProperty("java.home"));
    report.put("java_mode", System.getProperty("java.vm.info"));
    List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    report.put("java_flags", String.join(" ", flags));
    report.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    report.put(
        "vector_module",
        Hardware.vectorModuleFound() ? "found" : "missing: " + Hardware.vectorModuleFlag());
    report.put("vectors", Hardware.description());
    report.put("vector_bits", Hardware.vectorBits());
    report.put(
        "native_access",
        Hardware.absoluteAddresses()
            ? "enabled: weights are read by absolute address"
            : "not used: every access to the weights is checked");
    report.put("absolute_addresses", Hardware.absoluteAddresses());
    report.put(
        "kernel_inlining",
        alwaysInlines(flags)
            ? "always"
            : "left to the JIT's counts, which slows some processes: start Java with"
                + " -XX:+UnlockDiagnosticVMOptions "
                + RARE_CALLS
                + "0");
    report.put("cores", Runtime.getRuntime().availableProcessors());
    memory("MemTotal").ifPresent(bytes -> report.put("memory", gibibytes(bytes)));
    memory("MemAvailable").ifPresent(bytes -> report.put("memory_available", gibibytes(bytes)));
    report.put("java_heap_limit", gibibytes(Runtime.getRuntime().maxMemory()));
    hugePages().ifPresent(mode -> report.put("huge_pages", mode));
    ArrayNode slow = report.putArray("slow_paths");
    notes.forEach(
        note ->
            slow.addObject()
                .put("name", note.name().toLowerCase(Locale.ROOT))
                .put("cure", note.text()));
    return report;
  }

  /** The last of equal options counts. */
  private static boolean alwaysInlines(List<String> flags) {
    return flags.stream()
        .filter(flag -> flag.startsWith(RARE_CALLS))
        .reduce((first, last) -> last)
        .filter((RARE_CALLS + "0")::equals)
        .isPresent();
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / 0x1p30);
  }

  /** A line of the kernel's memory report, where there is one. */
  private static Optional<Long> memory(String name) {
    try {
      return Files.isReadable(MEMORY)
          ? Files.readAllLines(MEMORY).stream()
              .filter(line -> line.startsWith(name + ":"))
              .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
              .findFirst()
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The mode in brackets of {@code always [madvise] never}. */
  private static Optional<String> hugePages() {
    try {
      return Files.isReadable(HUGE_PAGES)
          ? Optional.of(Files.readString(HUGE_PAGES).replaceAll("(?s).*\\[(\\w+)].*", "$1"))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
