package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code doctor} finds on a healthy start and on crippled ones. */
@Tag("distribution")
class DoctorCommandTest {
  private static final String LAUNCHER = Run.HOME.resolve("javelin").toString();

  @Test
  void tellsMachineAndFlagsAndFindsNothingSlow() throws Exception {
    var run = Run.of(LAUNCHER, "doctor", "--json");
    assertEquals(0, run.exitCode(), run.out() + run.err());
    var report = new JsonMapper().readTree(run.out());
    assertEquals("found", report.get("vector_module").asText());
    assertTrue(report.get("native_access").asText().startsWith("enabled"), run.out());
    assertTrue(report.get("vector_bits").asInt() >= 128, run.out());
    assertTrue(report.get("cores").asInt() > 0);
    assertTrue(report.get("java_flags").asText().contains("--enable-native-access"), run.out());
    assertEquals("always", report.get("kernel_inlining").asText());
    assertEquals(0, report.get("slow_paths").size());
  }

  @Test
  void namesEverySlowPathAndItsCure() throws Exception {
    var options =
        Map.of(
            "JAVELIN_JVM",
            "-XX:TieredStopAtLevel=1 -Djavelin.safe=true -XX:MinInlineFrequencyRatio=50");
    var run = Run.of(options, "", List.of(LAUNCHER, "doctor"));
    assertEquals(1, run.exitCode());
    assertTrue(run.out().contains("leave out -Xint and -XX:TieredStopAtLevel"), run.out());
    assertTrue(run.out().contains("without -Djavelin.safe=true"), run.out());
    assertTrue(run.out().contains("left to the JIT's counts"), run.out());
  }
}
