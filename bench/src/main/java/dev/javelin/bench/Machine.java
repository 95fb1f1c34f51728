package dev.javelin.bench;

import dev.javelin.tensor.Hardware;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a figure must say about where it comes from. */
record Machine(
    LocalDate date,
    String cpu,
    int cores,
    String memory,
    String java,
    String system,
    String commit) {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  /** Clouds hide the model; the family tells at least the design. */
  private static final Map<String, String> AMD_FAMILIES = Map.of("25", "Zen 4", "26", "Zen 5");

  static Machine here() {
    return new Machine(
        LocalDate.now(),
        cpuName(),
        Runtime.getRuntime().availableProcessors(),
        totalMemory(),
        System.getProperty("java.vm.version") + " (" + System.getProperty("java.vendor") + ")",
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        headCommit());
  }

  /** Date and CPU, as a file name. */
  String fileName() {
    String name = (cpu + "-" + cores).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return date + "-" + name;
  }

  private static String cpuName() {
    String info = text(CPU);
    if (info.isEmpty()) {
      String brand = output("sysctl", "-n", "machdep.cpu.brand_string");
      return brand.isEmpty() ? System.getProperty("os.arch") : brand;
    }
    String name = field(info, "model name").replaceAll("\\(R\\)|\\(TM\\)|CPU|@.*", "").strip();
    if (name.isEmpty()) {
      return System.getProperty("os.arch");
    }
    // Families 25 and 26 hold older designs too: those without 512-bit vectors.
    String design = AMD_FAMILIES.getOrDefault(field(info, "cpu family"), "");
    boolean known = name.startsWith("AMD") && !design.isEmpty() && info.contains("avx512f");
    return name.replaceAll("\\s+", " ") + (known ? " " + design : "");
  }

  private static String totalMemory() {
    String kilobytes = field(text(MEMORY), "MemTotal").replaceAll("\\D", "");
    return kilobytes.isEmpty()
        ? ""
        : String.format(Locale.ROOT, "%.0f GiB", Long.parseLong(kilobytes) / 0x1p20);
  }

  private static String headCommit() {
    String commit = output("git", "rev-parse", "--short", "HEAD");
    return commit
        + (output("git", "status", "--porcelain", "-uno").isEmpty() ? "" : " and changes");
  }

  /** Where Vector API kernels run. */
  String vectors() {
    return Hardware.description();
  }

  private static String field(String text, String name) {
    Matcher matcher = Pattern.compile("(?m)^" + name + "\\s*:\\s*(.*)$").matcher(text);
    return matcher.find() ? matcher.group(1).strip() : "";
  }

  private static String text(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String output(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      byte[] out = process.getInputStream().readAllBytes();
      return process.waitFor() == 0 ? new String(out, StandardCharsets.UTF_8).strip() : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
