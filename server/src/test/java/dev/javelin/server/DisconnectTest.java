package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.EngineCounters;
import dev.javelin.engine.LanguageModel;
import dev.javelin.server.config.Setting;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DisconnectTest {
  private static TestServer server;
  private static LanguageModel model;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of(Setting.PING_INTERVAL, "200ms"));
    model = server.server.awaitReady();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aClosedSocketEndsTheGenerationOfAWholeAnswer() throws Exception {
    endsWithin(5000, ",\"ignore_eos\":true", "Tell me a story.", true);
  }

  @Test
  void aClosedSocketEndsTheGenerationOfAStream() throws Exception {
    endsWithin(5000, ",\"ignore_eos\":true,\"stream\":true", "Tell me a story.", true);
  }

  @Test
  void aClosedSocketEndsAPromptThatIsBeingRead() throws Exception {
    endsWithin(5000, ",\"ignore_eos\":true,\"stream\":true", "word ".repeat(1500), true);
  }

  @Test
  void anAbortedConnectionEndsTheGeneration() throws Exception {
    endsWithin(5000, ",\"ignore_eos\":true", "Tell me a story.", false);
  }

  @Test
  void whoLeavesInTheMiddleOfAStreamHasItsTokensCounted() throws Exception {
    for (String more : new String[] {"", ",\"n\":3,\"seed\":1"}) {
      long generations = metric("request_success_total", "cancelled");
      long prompts = metric("prompt_tokens_total", "");
      long tokens = metric("generation_tokens_total", "");
      try (Socket socket =
          open("Tell me a story.", ",\"ignore_eos\":true,\"stream\":true" + more)) {
        socket.setSoTimeout(10_000);
        socket.getInputStream().readNBytes(4000);
      }
      int choices = more.isEmpty() ? 1 : 3;
      await(() -> metric("request_success_total", "cancelled") == generations + choices, 5000);
      assertTrue(metric("prompt_tokens_total", "") >= prompts + 10 * choices);
      assertTrue(metric("generation_tokens_total", "") >= tokens + 5);
    }
  }

  @Test
  void whoLeavesBeforeTheFirstEventGivesItsPlaceBack() throws Exception {
    for (int i = 0; i < 50; i++) {
      Socket socket = open("Tell me a story.", ",\"ignore_eos\":true,\"stream\":true");
      socket.setSoLinger(true, 0);
      socket.close();
    }
    awaitIdle();
    await(() -> metric("admitted_generations", "") == 0, 5000);
  }

  /** The value of a metric, summed over its lines that contain a text. */
  private static long metric(String name, String label) throws Exception {
    return server
        .get("/metrics")
        .response()
        .body()
        .lines()
        .filter(line -> line.startsWith("javelin_" + name + "{") && line.contains(label))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  @Tag("acceptance")
  void aClosedSocketFreesTheBlocksOfALongPromptWithinHalfASecond() throws Exception {
    long slowest = 0;
    for (int i = 0; i < 10; i++) {
      slowest =
          Math.max(
              slowest, endsWithin(500, ",\"ignore_eos\":true", i + " word".repeat(1500), true));
    }
    AcceptanceRow.write(
        "socket closed during a long prefill",
        "blocks free after at most " + slowest + " ms",
        "500 ms");
  }

  private static long endsWithin(long millis, String more, String question, boolean orderly)
      throws Exception {
    awaitIdle();
    long free = model.counters().cache().freeBlocks();
    Socket socket = open(question, more);
    await(() -> model.counters().running() == 1, 5000);
    if (!orderly) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
    long start = System.nanoTime();
    await(() -> model.counters().running() == 0, 5000);
    long took = (System.nanoTime() - start) / 1_000_000;
    assertTrue(took < millis, "took " + took + " ms");
    assertEquals(free, model.counters().cache().freeBlocks());
    return took;
  }

  private static Socket open(String question, String more) throws IOException {
    Socket socket = new Socket(server.uri("/").getHost(), server.uri("/").getPort());
    byte[] body = TestServer.chat(question, more).getBytes(StandardCharsets.UTF_8);
    OutputStream out = socket.getOutputStream();
    out.write(
        ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    out.write(body);
    out.flush();
    return socket;
  }

  @Test
  void aConnectionServesOneRequestAfterTheOther() throws Exception {
    try (Socket socket = open("Hello!", "")) {
      String first = read(socket);
      assertTrue(first.startsWith("HTTP/1.1 200"), first);
      OutputStream out = socket.getOutputStream();
      out.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertTrue(read(socket).startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void aRequestSentWhileAnotherIsAnsweredIsNotLost() throws Exception {
    try (Socket socket = open("Hello!", "")) {
      Thread.sleep(5);
      OutputStream out = socket.getOutputStream();
      out.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertTrue(read(socket).contains("chat.completion"));
      assertTrue(read(socket).contains("\"status\""));
    }
  }

  /** One response with a Content-Length. */
  private static String read(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    StringBuilder text = new StringBuilder();
    int missing = Integer.MAX_VALUE;
    while (missing > 0) {
      int c = socket.getInputStream().read();
      if (c < 0) {
        throw new IOException("ended after: " + text);
      }
      text.append((char) c);
      missing--;
      if (missing > 1 << 30 && text.toString().endsWith("\r\n\r\n")) {
        String head = text.toString().toLowerCase(java.util.Locale.ROOT);
        int at = head.indexOf("content-length: ") + 16;
        missing = Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
      }
    }
    return text.toString();
  }

  private static void awaitIdle() throws Exception {
    await(
        () -> {
          EngineCounters counters = model.counters();
          return counters.running() == 0 && counters.waiting() == 0;
        },
        10_000);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition, long millis) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "did not happen within " + millis + " ms");
      Thread.sleep(1);
    }
  }
}
