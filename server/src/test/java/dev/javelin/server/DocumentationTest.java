package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.server.http.Access;
import dev.javelin.server.http.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DocumentationTest {
  private static final Path PAGE = Path.of("..", "docs", "http-api.md");
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyExampleOfThePageRuns() throws Exception {
    assumeTrue(Files.isRegularFile(PAGE), "docs/http-api.md is not there");
    assumeTrue(
        new ProcessBuilder("sh", "-c", "command -v curl").start().waitFor() == 0,
        "there is no curl");
    List<String> commands = commands();
    assertTrue(commands.size() > 15);
    String address = server.uri("/").toString().replaceAll("/$", "");
    for (String command : commands) {
      ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
      builder.environment().put("JAVELIN", address);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), command + "\n" + output);
      assertFalse(output.isBlank(), command);
    }
  }

  private static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("```")) {
        inside = line.equals("```sh");
      } else if (inside) {
        commands.add(line);
      }
    }
    return commands;
  }

  @Test
  void thePageNamesEveryRoute() throws Exception {
    assumeTrue(Files.isRegularFile(PAGE), "docs/http-api.md is not there");
    String page = Files.readString(PAGE);
    for (Route route : server.server.routes()) {
      if (!Set.of("/app.css", "/app.js", "/icon.svg").contains(route.path())) {
        assertTrue(page.contains(route.path()), route.path());
      }
    }
  }

  @Test
  void theDescriptionMatchesTheRoutesAndTheirRequiredFields() throws Exception {
    JsonNode document = server.get("/openapi.json").json();
    Set<String> described = new TreeSet<>();
    document.get("paths").fieldNames().forEachRemaining(described::add);
    Set<String> offered = new TreeSet<>();
    for (Route route : server.server.routes()) {
      offered.add(route.path());
      JsonNode operation =
          document.get("paths").get(route.path()).get(route.method().toLowerCase(Locale.ROOT));
      assertEquals(route.access() != Access.OPEN, operation.has("security"), route.path());
      JsonNode reference = operation.at("/requestBody/content/application~1json/schema/$ref");
      if (!reference.isMissingNode()) {
        JsonNode schema = document.at(reference.asText().substring(1));
        assertTrue(schema.isObject(), reference.asText());
        assertEquals(400, server.post(route.path(), "{}").status(), route.path());
        assertEquals(400, server.post(route.path(), "[]").status(), route.path());
      }
    }
    assertEquals(offered, described);
  }
}
