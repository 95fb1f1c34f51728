package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Measures the embedded model, shortly. */
class BenchCommandTest {
  private static final String[] SHORT = {
    "bench", "-t", "1", "-p", "8", "-n", "3", "-d", "40", "-b", "1,3", "--shared", "-r", "2"
  };

  @Test
  void countsTheTokensOfAllSequences() throws Exception {
    String[] arguments = java.util.Arrays.copyOf(SHORT, SHORT.length + 1);
    arguments[SHORT.length] = "--json";
    var run = Cli.run(arguments);
    assertEquals(0, run.exitCode(), run.err());
    JsonNode rows = new JsonMapper().readTree(run.out());
    assertEquals(List.of(1, 1, 3), ints(rows, "n_parallel"));
    assertEquals(List.of(8, 0, 0), ints(rows, "n_prompt"));
    assertEquals(List.of(0, 3, 3), ints(rows, "n_gen"));
    assertEquals(List.of(40, 40, 40), ints(rows, "n_depth"));
    assertEquals(List.of(0, 40, 40), ints(rows, "n_shared"));
    for (JsonNode row : rows) {
      assertTrue(row.get("avg_ts").doubleValue() > 0, row.toString());
      assertEquals(2, row.get("samples_ts").size());
    }
  }

  @Test
  void printsATable() {
    var run = Cli.run(SHORT);
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("| pp8 @ d40 |"), run.out());
    assertTrue(run.out().contains("| tg3 @ d40 x 3 shared |"), run.out());
  }

  private static List<Integer> ints(JsonNode rows, String field) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.get(field).intValue())
        .toList();
  }
}
