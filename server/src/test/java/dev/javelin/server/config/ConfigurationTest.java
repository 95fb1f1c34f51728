package dev.javelin.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir private Path folder;

  @Test
  void aFlagBeatsTheEnvironmentBeatsTheFileBeatsTheProfile() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("javelin.conf"),
            "profile=production\nport=1\nhost=a\nlog=text\nmax-queue=9\n");
    Configuration configuration =
        Configuration.read(
            Map.of(Setting.PORT, "3"),
            Map.of("JAVELIN_PORT", "2", "JAVELIN_HOST", "b"),
            file,
            null);
    assertEquals(new Configuration.Value("3", "flag"), configuration.value(Setting.PORT));
    assertEquals(
        new Configuration.Value("b", "environment JAVELIN_HOST"),
        configuration.value(Setting.HOST));
    assertEquals(new Configuration.Value("text", "file " + file), configuration.value(Setting.LOG));
    assertEquals(
        new Configuration.Value("600", "profile production"),
        configuration.value(Setting.REQUESTS_PER_MINUTE));
    assertEquals(
        new Configuration.Value("16", "standard"), configuration.value(Setting.MAX_CHOICES));
    assertEquals(9, configuration.number(Setting.MAX_QUEUE));
  }

  @Test
  void valuesAreReadByTheirKind() {
    Configuration configuration =
        Configuration.of(
            Profile.DEVELOPMENT,
            Map.of(
                Setting.MAX_BODY,
                "3k",
                Setting.PING_INTERVAL,
                "250ms",
                Setting.STRICT,
                "yes",
                Setting.API_KEY,
                "a, b,,"));
    assertEquals(3072, configuration.bytes(Setting.MAX_BODY));
    assertEquals(Duration.ofMillis(250), configuration.time(Setting.PING_INTERVAL));
    assertTrue(configuration.flag(Setting.STRICT));
    assertEquals(List.of("a", "b"), configuration.list(Setting.API_KEY));
  }

  @Test
  void aWrongValueIsNamedWithItsOrigin() throws Exception {
    for (var wrong :
        Map.of(
                Setting.PORT,
                "high",
                Setting.MAX_BODY,
                "-1",
                Setting.PING_INTERVAL,
                "soon",
                Setting.STRICT,
                "perhaps",
                Setting.MAX_QUEUE,
                "99999999999")
            .entrySet()) {
      ConfigurationException refusal =
          assertThrows(
              ConfigurationException.class,
              () ->
                  Configuration.of(Profile.DEVELOPMENT, Map.of(wrong.getKey(), wrong.getValue())));
      assertTrue(refusal.getMessage().contains(wrong.getKey().key()), refusal.getMessage());
      assertTrue(refusal.getMessage().endsWith("(flag)"), refusal.getMessage());
    }
    Path file = Files.writeString(folder.resolve("bad.conf"), "prot=1\n");
    ConfigurationException unknown =
        assertThrows(
            ConfigurationException.class, () -> Configuration.read(Map.of(), Map.of(), file, null));
    assertTrue(unknown.getMessage().contains("prot"), unknown.getMessage());
  }
}
