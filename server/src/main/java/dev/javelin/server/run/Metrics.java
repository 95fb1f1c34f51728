package dev.javelin.server.run;

import dev.javelin.engine.EngineCounters;
import dev.javelin.engine.GenerationResult;
import dev.javelin.kvcache.KvCounters;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What has happened since the start, as Prometheus text: vLLM's names and units, with our prefix.
 */
public final class Metrics {
  private static final double NANO = 1e-9;
  private static final double[] SHORT_TIMES = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };
  private static final double[] LONG_TIMES = {
    0.05, 0.1, 0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480
  };
  private static final double[] TOKENS = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000
  };

  private final Histogram timeToFirstToken = new Histogram(LONG_TIMES);
  private final Histogram interToken = new Histogram(SHORT_TIMES);
  private final Histogram endToEnd = new Histogram(LONG_TIMES);
  private final Histogram queue = new Histogram(LONG_TIMES);
  private final Histogram prefill = new Histogram(LONG_TIMES);
  private final Histogram decode = new Histogram(LONG_TIMES);
  private final Histogram promptSizes = new Histogram(TOKENS);
  private final Histogram generationSizes = new Histogram(TOKENS);
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder generationTokens = new LongAdder();
  private final LongAdder malformed = new LongAdder();
  private final Map<String, LongAdder> successes = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> httpRequests = new ConcurrentHashMap<>();

  public Metrics() {}

  /** A generation came to its end. */
  void finished(GenerationResult result) {
    var usage = result.usage();
    var timings = result.timings();
    promptTokens.add(usage.promptTokens());
    generationTokens.add(usage.completionTokens());
    malformed.add(result.malformed());
    count(successes, result.finishReason().text());
    promptSizes.add(usage.promptTokens());
    generationSizes.add(usage.completionTokens());
    queue.add(timings.queueNanos() * NANO);
    endToEnd.add((timings.queueNanos() + timings.prefillNanos() + timings.decodeNanos()) * NANO);
    if (usage.completionTokens() > 0) {
      timeToFirstToken.add(timings.timeToFirstTokenNanos() * NANO);
      prefill.add(timings.prefillNanos() * NANO);
      decode.add(timings.decodeNanos() * NANO);
    }
  }

  /** A generation ended by an error. */
  void failed(String code) {
    count(failures, code);
  }

  /** Time between two pieces of an answer. */
  void betweenPieces(long nanos) {
    interToken.add(nanos * NANO);
  }

  /** A request was answered. */
  public void answered(String method, String route, int status) {
    count(
        httpRequests, "method=\"" + method + "\",route=\"" + route + "\",code=\"" + status + "\"");
  }

  private static void count(Map<String, LongAdder> counters, String key) {
    counters.computeIfAbsent(key, k -> new LongAdder()).increment();
  }

  /** Values that others keep. */
  public record Gauges(
      Supplier<EngineCounters> engine,
      AnswerCache cache,
      Admission admission,
      Supplier<Integer> streams) {}

  /** All metrics, labelled with the model's name. */
  public String text(String modelName, Gauges gauges) {
    String labels =
        "model_name=\""
            + modelName.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
            + "\"";
    Page page = new Page(labels);
    generations(page);
    engine(page, gauges.engine().get());
    AnswerCache.Counters cache = gauges.cache().counters();
    page.counter("answer_cache_hits", "Requests answered from the cache.", cache.hits());
    page.counter(
        "answer_cache_misses",
        "Deterministic requests that were not in the cache.",
        cache.misses());
    page.counter(
        "answer_cache_saved_tokens", "Tokens that were not generated again.", cache.tokensSaved());
    page.gauge("answer_cache_entries", "Answers in the cache.", cache.entries());
    page.gauge("answer_cache_bytes", "Bytes of the answers in the cache.", cache.bytes());
    page.gauge("admitted_generations", "Generations that run or wait.", gauges.admission().taken());
    page.gauge("open_streams", "Event streams that are open.", gauges.streams().get());
    Runtime runtime = Runtime.getRuntime();
    page.gauge(
        "heap_used_bytes",
        "Bytes of the Java heap in use.",
        runtime.totalMemory() - runtime.freeMemory());
    page.head("http_requests_total", "counter", "Requests by route and status.");
    new TreeMap<>(httpRequests)
        .forEach((key, count) -> page.sample("http_requests_total", key, count.sum()));
    return page.out.toString();
  }

  private void generations(Page page) {
    page.counter("prompt_tokens", "Tokens of prompts.", promptTokens.sum());
    page.counter("generation_tokens", "Tokens written.", generationTokens.sum());
    page.counter(
        "harmony_malformed", "Places where a model broke its chat format.", malformed.sum());
    page.head("request_success_total", "counter", "Generations by finish reason.");
    new TreeMap<>(successes)
        .forEach(
            (reason, count) ->
                page.sample(
                    "request_success_total", "finished_reason=\"" + reason + "\"", count.sum()));
    page.head("request_failure_total", "counter", "Generations that ended by an error.");
    new TreeMap<>(failures)
        .forEach(
            (code, count) ->
                page.sample("request_failure_total", "code=\"" + code + "\"", count.sum()));
    page.histogram(
        "time_to_first_token_seconds", "From submission to the first token.", timeToFirstToken);
    page.histogram("inter_token_latency_seconds", "Between two pieces of an answer.", interToken);
    page.histogram("e2e_request_latency_seconds", "From submission to the last token.", endToEnd);
    page.histogram("request_queue_time_seconds", "From submission to the first step.", queue);
    page.histogram(
        "request_prefill_time_seconds", "From the first step to the first token.", prefill);
    page.histogram("request_decode_time_seconds", "From the first token to the last.", decode);
    page.histogram("request_prompt_tokens", "Tokens of each prompt.", promptSizes);
    page.histogram("request_generation_tokens", "Tokens of each answer.", generationSizes);
  }

  private static void engine(Page page, EngineCounters engine) {
    KvCounters cache = engine.cache();
    page.gauge("num_requests_running", "Sequences that are being computed.", engine.running());
    page.gauge("num_requests_waiting", "Sequences that wait for blocks.", engine.waiting());
    page.counter("steps", "Steps of the engine.", engine.steps());
    page.counter(
        "num_preemptions",
        "Times that a sequence lost its blocks to another.",
        engine.preemptions());
    double used = cache.blocks() == 0 ? 0 : (double) cache.inUseBlocks() / cache.blocks();
    page.gauge("kv_cache_usage_perc", "Share of the blocks in use; 1 is all.", used);
    page.head("kv_blocks", "gauge", "Blocks of the cache of keys and values by state.");
    page.sample("kv_blocks", "state=\"in_use\"", cache.inUseBlocks());
    page.sample("kv_blocks", "state=\"shared\"", cache.sharedBlocks());
    page.sample("kv_blocks", "state=\"cached\"", cache.cachedBlocks());
    page.sample("kv_blocks", "state=\"free\"", cache.freeBlocks());
    page.counter("kv_evictions", "Cached blocks that were given to others.", cache.evictions());
    page.counter(
        "prefix_cache_queries", "Prompt tokens looked up in the cache.", cache.queriedTokens());
    page.counter("prefix_cache_hits", "Prompt tokens found in the cache.", cache.hitTokens());
  }

  /** The text as it grows. */
  private static final class Page {
    private static final String PREFIX = "javelin_";

    private final StringBuilder out = new StringBuilder();
    private final String labels;

    Page(String labels) {
      this.labels = labels;
    }

    void head(String name, String type, String help) {
      out.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n');
      out.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
    }

    void sample(String name, String more, double value) {
      out.append(PREFIX).append(name).append('{').append(labels);
      if (!more.isEmpty()) {
        out.append(',').append(more);
      }
      out.append("} ").append(value).append('\n');
    }

    void counter(String name, String help, long value) {
      head(name + "_total", "counter", help);
      sample(name + "_total", "", value);
    }

    void gauge(String name, String help, double value) {
      head(name, "gauge", help);
      sample(name, "", value);
    }

    void histogram(String name, String help, Histogram histogram) {
      head(name, "histogram", help);
      histogram.write(out, PREFIX + name, labels);
    }
  }
}
