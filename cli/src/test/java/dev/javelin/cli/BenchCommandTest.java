package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
  @Test
  void printsTheFieldsOfLlamaBenchAndWhereTheTimeGoes() throws Exception {
    var run = Cli.run("bench", "-p", "16", "-n", "4", "-r", "2", "--breakdown", "--json");
    assertEquals(0, run.exitCode(), run.err());
    JsonNode rows = new JsonMapper().readTree(run.out());
    assertEquals(2, rows.size());
    JsonNode prompt = rows.get(0);
    JsonNode writing = rows.get(1);
    assertEquals(16, prompt.get("n_prompt").asInt());
    assertEquals(0, prompt.get("n_gen").asInt());
    assertEquals(4, writing.get("n_gen").asInt());
    for (JsonNode row : rows) {
      assertEquals(0, row.get("n_depth").asInt());
      assertTrue(row.get("n_threads").asInt() > 0);
      assertTrue(row.get("avg_ts").asDouble() > 0);
      assertTrue(row.get("stddev_ts").asDouble() >= 0);
      assertEquals(2, row.get("samples_ts").size());
      assertTrue(row.get("cold_first_token_s").asDouble() > 0);
      JsonNode shares = row.get("time_shares");
      double sum = 0;
      for (JsonNode share : shares) {
        // Two clocks take turns, so an idle engine may come out a hair below nothing.
        assertTrue(share.asDouble() > -0.05, shares.toString());
        sum += share.asDouble();
      }
      assertEquals(1, sum, 1e-9, shares.toString());
      for (String part : new String[] {"matrices", "attention", "router"}) {
        assertTrue(shares.get(part).asDouble() > 0, part + " in " + shares);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-r 0", "-r -1", "-b 0", "-p -5", "-p ,", "-n -1", "-d -1", "-d ,"})
  void refusesCountsThatMeasureNothing(String option) {
    var run = Cli.run(("bench " + option).split(" "));
    assertEquals(2, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("javelin: " + option.substring(0, 2) + " "), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void opensAContextThatHoldsTheTest() {
    var run = Cli.run("bench", "-p", "0", "-n", "1", "-d", "1700", "-r", "1");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("tg1 @ d1700"), run.out());
  }
}
