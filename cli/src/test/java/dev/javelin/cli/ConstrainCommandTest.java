package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts through constraints, with the embedded vocabulary. */
class ConstrainCommandTest {
  @TempDir private Path folder;

  private String file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void saysWhereATextLeavesTheLanguage() throws Exception {
    var schema =
        file(
            "s.json",
            "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"integer\"}}, \"required\": [\"a\"]}");
    var run =
        Cli.run("constrain", "--json-schema", schema, "{\"a\": 12}", "{\"a\": \"x\"}", "{\"a\": 1");
    assertEquals(1, run.exitCode());
    var lines = run.out().split("\n");
    assertEquals("accepted", lines[0]);
    assertTrue(lines[1].startsWith("refused at byte 6, token "), lines[1]);
    assertTrue(
        lines[2].startsWith("refused at byte 7, token ") && lines[2].contains("more must follow"),
        lines[2]);
  }

  @Test
  void readsRegexesAndGrammars() throws Exception {
    assertEquals("accepted\n", Cli.run("constrain", "--regex", "[a-c]+\\d", "abc7").out());
    var grammar = file("g.gbnf", "root ::= \"(\" root \")\" | \"x\"\n");
    assertEquals("accepted\n", Cli.run("constrain", "--grammar", grammar, "((x))").out());
    assertEquals(0, Cli.run("constrain", "--grammar", grammar, "((x))").exitCode());
  }

  @Test
  void judgesLinesAndReportsRefusedSchemas() throws Exception {
    var input =
        "{\"id\": 1, \"schema\": {\"enum\": [\"a\", 2]}, \"texts\": [\"\\\"a\\\"\", \"2\", \"3\"]}\n"
            + "{\"id\": \"two\", \"schema\": {\"properties\": {\"x\": {\"uniqueItems\": true}}}, \"texts\": []}\n"
            + "not json\n";
    var lines = Cli.runWithInput(input, "constrain", "--jsonl").out().split("\n");
    var json = new JsonMapper();
    var first = json.readTree(lines[0]);
    assertEquals("[true,true,false]", first.get("accepted").toString());
    assertTrue(first.get("compile_us").isNumber() && first.get("mask_us").get("p99").isNumber());
    var second = json.readTree(lines[1]);
    assertEquals("two", second.get("id").asText());
    assertEquals("unsupported_keyword", second.get("error").get("code").asText());
    assertEquals("/properties/x/uniqueItems", second.get("error").get("pointer").asText());
    assertEquals("invalid_json", json.readTree(lines[2]).get("error").get("code").asText());
  }
}
