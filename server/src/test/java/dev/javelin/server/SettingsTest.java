package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.config.Profile;
import dev.javelin.server.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings do what they say. */
class SettingsTest {
  @TempDir private Path folder;

  @Test
  void metricsAndPageCanBeSwitchedOff() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.METRICS, "false", Setting.PAGE, "false"))) {
      assertEquals(404, server.get("/metrics").status());
      assertEquals(404, server.get("/").status());
    }
    try (TestServer server = TestServer.start(Map.of())) {
      assertEquals(200, server.get("/metrics").status());
      assertEquals(200, server.get("/").status());
    }
  }

  @Test
  void aChatTemplateReplacesTheModelsOwn() throws Exception {
    Path template =
        Files.writeString(
            folder.resolve("chat.jinja"), "{% for m in messages %}<{{ m.content }}>{% endfor %}");
    try (TestServer server = TestServer.start(Map.of(Setting.CHAT_TEMPLATE, template.toString()))) {
      assertEquals(
          "<Hello>",
          server
              .post("/apply-template", TestServer.chat("Hello", ""))
              .json()
              .get("prompt")
              .asText());
    }
    String missing = folder.resolve("missing").toString();
    ConfigurationException e =
        assertThrows(
            ConfigurationException.class,
            () ->
                JavelinServer.start(
                    Configuration.of(Profile.TESTING, Map.of(Setting.CHAT_TEMPLATE, missing))));
    assertTrue(e.getMessage().contains(missing), e.getMessage());
  }
}
