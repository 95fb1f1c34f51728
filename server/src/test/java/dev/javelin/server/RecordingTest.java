package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.config.Profile;
import dev.javelin.server.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
  private static final String TOOL =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_time\",\"parameters\":{\"type\":\"object\","
          + "\"properties\":{\"city\":{\"type\":\"string\",\"maxLength\":12}},\"required\":[\"city\"]}}}]";

  @TempDir Path folder;

  /** A request to one of the endpoints. */
  private record Ask(String path, String body) {}

  private static final List<Ask> SUITE =
      List.of(
          new Ask("/v1/chat/completions", TestServer.chat("What is 17 + 25?", "")),
          new Ask("/v1/chat/completions", TestServer.chat("Hello!", ",\"stream\":true")),
          new Ask(
              "/v1/chat/completions",
              TestServer.chat(
                  "Hello!", ",\"n\":3,\"temperature\":1.5,\"logprobs\":true,\"top_logprobs\":2")),
          new Ask("/v1/chat/completions", TestServer.chat("How late is it in Berlin?", TOOL)),
          new Ask(
              "/v1/chat/completions",
              TestServer.chat(
                  "Any.", ",\"response_format\":{\"type\":\"json_object\"},\"max_tokens\":60")),
          new Ask("/v1/completions", "{\"prompt\":\"One\",\"max_tokens\":5,\"seed\":3}"),
          new Ask(
              "/v1/messages",
              "{\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}"),
          new Ask(
              "/v1/messages",
              "{\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"What is 17 + 25?\"}],\"stop_sequences\":[\"=\"]}"),
          new Ask("/v1/responses", "{\"input\":\"What is 1 + 2?\",\"stream\":true}"));

  /** The answers without what names a call or its time. */
  private static List<String> answers(TestServer server) throws Exception {
    List<String> answers = new ArrayList<>();
    for (Ask ask : SUITE) {
      TestServer.Answer answer = server.post(ask.path(), ask.body());
      assertEquals(200, answer.status(), answer.response().body());
      answers.add(
          answer
              .response()
              .body()
              .replaceAll("\"(created|created_at|completed_at)\":[0-9]+", "\"$1\":0")
              .replaceAll("\"(chatcmpl|cmpl|msg|resp|rs|fc)[-_][0-9a-zA-Z]+\"", "\"$1\""));
    }
    return answers;
  }

  @Test
  void aReplayGivesTheRecordedAnswersAndComputesNothing() throws Exception {
    Path file = folder.resolve("answers.jsonl");
    List<String> recorded;
    try (TestServer server = TestServer.start(Map.of(Setting.RECORD, file.toString()))) {
      recorded = answers(server);
    }
    assertTrue(Files.size(file) > 1000);
    try (TestServer server = TestServer.start(Map.of(Setting.REPLAY, file.toString()))) {
      assertEquals(recorded, answers(server));
      JsonNode info = server.get("/info").json();
      assertEquals(0, info.at("/engine/steps").asInt(), info.toString());
      TestServer.Answer missed =
          server.post("/v1/chat/completions", TestServer.chat("What is 17 + 26?", ""));
      assertEquals(404, missed.status());
      assertEquals("recording_missed", missed.json().at("/error/code").asText());
      assertTrue(
          missed.json().at("/error/message").asText().contains("prompt.messages[0].content"),
          missed.response().body());
    }
  }

  @Test
  void recordingAndReplayingExcludeEachOther() {
    Map<Setting, String> both = Map.of(Setting.RECORD, "a", Setting.REPLAY, "b");
    assertThrows(
        ConfigurationException.class,
        () -> JavelinServer.start(Configuration.of(Profile.TESTING, both)));
  }
}
