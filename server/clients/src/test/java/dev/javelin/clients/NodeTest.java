package dev.javelin.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javelin.server.JavelinServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that live in node: OpenAI's npm package, and a browser on the chat page. */
class NodeTest {
  private static final Path FOLDER = Path.of("target", "node");
  private static JavelinServer server;

  @BeforeAll
  static void install() throws Exception {
    assumeTrue(onPath("npm").isPresent(), "npm is not on the path");
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", "openai.mjs", "page.mjs")) {
      Files.copy(Path.of("src/test/node", file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    run("npm", "install", "--no-audit", "--no-fund");
    server = Demo.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theNpmClientFindsNothingToComplainAbout() throws Exception {
    run("node", "openai.mjs", server.uri().toString());
  }

  @Test
  void thePageWorksInABrowser() throws Exception {
    Optional<Path> chromium = onPath("chromium").or(() -> onPath("chromium-browser")).or(() -> onPath("google-chrome"));
    assumeTrue(chromium.isPresent(), "no Chromium is on the path");
    run("node", "page.mjs", server.uri().toString(), chromium.orElseThrow().toString(), ".");
  }

  private static Optional<Path> onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), String.join(" ", command) + "\n" + output);
  }
}
