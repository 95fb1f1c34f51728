package dev.javelin.tensor.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Starts JVMs in every way a user may, and asks each whether it can use vectors and what it
 * printed.
 */
class VectorModuleTest {
  private static final String EXPORT = "java.base/jdk.internal.module=";
  private static final String WARNING = "WARNING: Using incubator modules: jdk.incubator.vector\n";

  @Test
  void loadsTheModuleWithoutAWarningOnTheClassPathWhenThePackageIsExported() throws Exception {
    assertEquals("true 64.0\n", onClassPath("--add-exports", EXPORT + "ALL-UNNAMED"));
  }

  @Test
  void loadsTheModuleWithoutAWarningOnTheModulePathWhenThePackageIsExported() throws Exception {
    assertEquals("true 64.0\n", onModulePath("--add-exports", EXPORT + "dev.javelin.tensor"));
  }

  @Test
  void findsTheModuleThatTheDocumentedFlagAdds() throws Exception {
    assertEquals(WARNING + "true 64.0\n", onClassPath(VectorModule.FLAG.split(" ")));
    assertEquals(WARNING + "true 64.0\n", onModulePath(VectorModule.FLAG.split(" ")));
  }

  @Test
  void answersNoWithoutAnyFlag() throws Exception {
    assertEquals("false\n", onClassPath());
    assertEquals("false\n", onModulePath());
  }

  private static String onClassPath(String... flags) throws Exception {
    return run(
        flags,
        "-cp",
        classes(VectorModule.class) + File.pathSeparator + classes(VectorModuleTest.class),
        VectorModuleProbe.class.getName());
  }

  private static String onModulePath(String... flags) throws Exception {
    return run(
        flags,
        "-p",
        classes(VectorModule.class).toString(),
        "--patch-module",
        "dev.javelin.tensor=" + classes(VectorModuleTest.class),
        "-m",
        "dev.javelin.tensor/" + VectorModuleProbe.class.getName());
  }

  private static String run(String[] flags, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.replace(System.lineSeparator(), "\n");
  }

  private static Path classes(Class<?> type) throws IOException {
    try {
      // Asked through the class file itself: under a patched module the code source names the
      // module's own folder.
      var file = type.getResource(type.getSimpleName() + ".class").toURI();
      var path = Path.of(file);
      return path.getRoot()
          .resolve(path.subpath(0, path.getNameCount() - type.getName().split("\\.").length));
    } catch (URISyntaxException impossible) {
      throw new IOException(impossible);
    }
  }
}
