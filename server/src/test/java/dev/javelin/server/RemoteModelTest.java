package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.EngineException;
import dev.javelin.engine.FinishReason;
import dev.javelin.engine.Generation;
import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.GenerativeModel;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.Message;
import dev.javelin.engine.ModelNotFound;
import dev.javelin.engine.ModelNotReady;
import dev.javelin.engine.ModelSource;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.RemoteFailed;
import dev.javelin.engine.RemoteModel;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.Tool;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.server.config.Setting;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server as a model: the client in the engine against this server, with the demo model. */
class RemoteModelTest {
  private static final String QUESTION = "What is 17 + 25?";

  private static TestServer server;
  private static GenerativeModel model;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    model = GenerativeModel.open(server.uri("/v1").toString());
  }

  @AfterAll
  static void stop() {
    model.close();
    server.close();
  }

  @Test
  void answersAsTheModelBehindItDoes() {
    Conversation today = // the server says today's date on its own
        new Conversation(
            List.of(Message.user(QUESTION)), List.of(), null, null, null, LocalDate.now());
    GenerationRequest request = greedy(GenerationRequest.chat(today)).build();
    GenerationResult here = server.server.awaitReady().generate(request);
    List<GenerationEvent> events = new ArrayList<>();
    GenerationResult there = model.generate(request, events::add);
    assertEquals("17 + 25 = 42.", there.text());
    assertEquals(here.text(), there.text());
    assertEquals(here.reasoning(), there.reasoning());
    assertEquals(here.finishReason(), there.finishReason());
    assertEquals(here.usage().promptTokens(), there.usage().promptTokens());
    assertEquals(here.usage().completionTokens(), there.usage().completionTokens());
    long texts = events.stream().filter(e -> e instanceof GenerationEvent.Text).count();
    assertTrue(texts > 1, "comes in pieces: " + events);
    assertTrue(there.timings().timeToFirstTokenNanos() > 0);
    assertTrue(model.description().endsWith(": model " + model.name()), model.description());
  }

  @Test
  void rememberedTurnsReasoningLevelAndPlainTextGoAcross() {
    Conversation turns =
        new Conversation(
            List.of(
                Message.user("My name is Tom."),
                Message.assistant("Hello, Tom! How can I help you?"),
                Message.user("What is my name?")),
            List.of(),
            ReasoningLevel.LOW,
            null,
            null,
            null);
    GenerationResult result = model.generate(greedy(GenerationRequest.chat(turns)).build());
    assertEquals("Your name is Tom.", result.text());
    Prompt plain = new Prompt.Text("The capital of", false);
    GenerationResult text =
        model.generate(greedy(GenerationRequest.builder(plain)).maxTokens(3).build());
    assertEquals(FinishReason.LENGTH, text.finishReason());
    assertEquals(3, text.usage().completionTokens());
  }

  @Test
  void callsAndResponseFormatsGoAcross() throws Exception {
    JsonNode parameters =
        TestServer.JSON.readTree(
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}");
    Tool tool = new Tool("get_weather", "Gets the current weather for a city.", parameters);
    Conversation asked =
        new Conversation(
            List.of(Message.user("What is the weather in Paris?")),
            List.of(tool),
            null,
            null,
            null,
            null);
    GenerationResult call = model.generate(greedy(GenerationRequest.chat(asked)).build());
    assertEquals(FinishReason.TOOL_CALLS, call.finishReason(), call.text());
    assertEquals("get_weather", call.toolCalls().getFirst().name());
    assertEquals(
        "Paris",
        TestServer.JSON.readTree(call.toolCalls().getFirst().arguments()).get("city").asText());
    ResponseFormat format = new ResponseFormat("city", null, parameters);
    Conversation formed =
        new Conversation(List.of(Message.user(QUESTION)), List.of(), null, format, null, null);
    GenerationResult json = model.generate(greedy(GenerationRequest.chat(formed)).build());
    assertTrue(TestServer.JSON.readTree(json.text()).get("city").isTextual(), json.text());
  }

  @Test
  void cancellingDeadlineAndClosingEndAnswers() throws InterruptedException {
    Generation cancelled = model.submit(endless().build());
    GenerationEvent first = cancelled.next();
    assertTrue(first instanceof GenerationEvent.Text, first.toString());
    cancelled.cancel();
    GenerationResult partial = cancelled.await();
    assertEquals(FinishReason.CANCELLED, partial.finishReason());
    assertTrue(!partial.text().isEmpty());
    for (int i = 0; i < 200 && server.server.awaitReady().counters().running() > 0; i++) {
      Thread.sleep(10);
    }
    assertEquals(0, server.server.awaitReady().counters().running());
    assertEquals(
        FinishReason.DEADLINE,
        model.generate(endless().deadline(Duration.ofMillis(50)).build()).finishReason());
    GenerativeModel other = GenerativeModel.open(server.uri("/v1").toString());
    Generation left = other.submit(endless().build());
    left.next();
    other.close();
    assertThrows(ModelNotReady.class, left::await);
    assertThrows(ModelNotReady.class, () -> other.submit(endless().build()));
  }

  @Test
  void whatIsWrongHasATypeAndNamesTheServer() {
    String address = server.uri("/v1").toString();
    fails(ModelNotFound.class, address + "#none", "has no model none; it lists " + model.name());
    fails(RemoteFailed.class, "http://127.0.0.1:1/v1", "cannot be reached");
    fails(ModelNotFound.class, server.uri("/v2").toString(), "HTTP 404");
    InvalidRequest long_ =
        assertThrows(
            InvalidRequest.class,
            () -> model.generate(GenerationRequest.chat("word ".repeat(20_000)).build()));
    assertTrue(long_.getMessage().contains("HTTP 400"), long_.getMessage());
    assertThrows(
        NotSupported.class,
        () -> model.submit(GenerationRequest.chat(QUESTION).keepBlocks(true).build()));
  }

  @Test
  void aKeyIsSentAndNeverShown() {
    try (TestServer locked = TestServer.start(Map.of(Setting.API_KEY, "secret-key-of-the-test"))) {
      String address = locked.uri("/v1").toString();
      fails(RemoteFailed.class, address, "HTTP 401");
      ModelSource.Server source =
          ((ModelSource.Server) ModelSource.of(address)).withKey("secret-key-of-the-test");
      try (RemoteModel opened = RemoteModel.open(source)) {
        assertTrue(opened.validate().passed(), () -> opened.validate().toString());
        assertTrue(!(opened.source() + opened.description()).contains("secret"));
      }
    }
  }

  @Test
  void validationSaysThatTheServerIsGone() {
    TestServer mortal = TestServer.start();
    try (GenerativeModel remote = GenerativeModel.open(mortal.uri("/v1").toString())) {
      assertEquals(List.of(), remote.validate().faults());
      mortal.close();
      assertTrue(
          remote.validate().faults().getFirst().contains("cannot be reached"),
          () -> remote.validate().toString());
    }
  }

  private static GenerationRequest.Builder greedy(GenerationRequest.Builder request) {
    return request.sampling(SamplingParameters.GREEDY);
  }

  /**
   * A story whose end is as good as forbidden: only a limit far away ends it (without one the
   * completions endpoint writes 16 tokens).
   */
  private static GenerationRequest.Builder endless() {
    Map<Integer, Float> noEnd = new HashMap<>();
    server.server.awaitReady().tokenizer().endTokens().forEach(id -> noEnd.put(id, -100f));
    return GenerationRequest.builder(new Prompt.Text("Once upon a time", false))
        .maxTokens(1500)
        .sampling(SamplingParameters.GREEDY.withLogitBias(noEnd));
  }

  private static void fails(Class<? extends EngineException> type, String name, String part) {
    EngineException e = assertThrows(type, () -> GenerativeModel.open(name).close());
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }
}
