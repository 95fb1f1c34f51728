package dev.javelin.server.route;

import dev.javelin.engine.EngineCounters;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.ModelInfo;
import dev.javelin.engine.PerformanceNote;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Handler;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code GET /info}: model, machine, memory and what the engine is doing. */
public final class InfoHandler implements Handler {
  private final Backend backend;

  public InfoHandler(Backend backend) {
    this.backend = backend;
  }

  @Override
  public void handle(Call call) throws IOException {
    LanguageModel model = backend.host().model();
    Map<String, Object> info = new LinkedHashMap<>();
    info.put(
        "server",
        Map.of(
            "name",
            "javelin",
            "version",
            version(),
            "java",
            System.getProperty("java.runtime.version")));
    info.put("model", model(model.info()));
    info.put("sampling", sampling(model.defaultSampling()));
    info.put("machine", machine(model.info()));
    info.put("engine", engine(model));
    call.send(200, info);
  }

  /** The version in the module's descriptor, which the build writes. */
  static String version() {
    return InfoHandler.class.getModule().getDescriptor() == null
        ? "unknown"
        : InfoHandler.class.getModule().getDescriptor().rawVersion().orElse("unknown");
  }

  private Map<String, Object> model(ModelInfo info) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("id", backend.modelName());
    model.put("name", info.name());
    model.put("architecture", info.architecture());
    model.put("file_bytes", info.fileBytes());
    model.put("parameter_count", info.parameterCount());
    model.put("weight_bytes_by_type", info.weightBytesByType());
    model.put("vocabulary_size", info.vocabularySize());
    model.put("layer_count", info.layerCount());
    model.put("embedding_length", info.embeddingLength());
    model.put("trained_context_length", info.trainedContextLength());
    model.put("context_length", info.contextLength());
    model.put("prompt_format", info.promptFormat());
    model.put("fingerprint", info.fingerprint());
    return model;
  }

  private static Map<String, Object> sampling(SamplingParameters parameters) {
    Map<String, Object> sampling = new LinkedHashMap<>();
    sampling.put("temperature", parameters.temperature());
    sampling.put("top_k", parameters.topK());
    sampling.put("top_p", parameters.topP());
    sampling.put("min_p", parameters.minP());
    sampling.put("repetition_penalty", parameters.repetitionPenalty());
    return sampling;
  }

  private static Map<String, Object> machine(ModelInfo info) {
    Runtime runtime = Runtime.getRuntime();
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("processors", runtime.availableProcessors());
    machine.put("threads", info.threads());
    machine.put("vector_bits", info.vectorBits());
    machine.put("heap_used_bytes", runtime.totalMemory() - runtime.freeMemory());
    machine.put("heap_max_bytes", runtime.maxMemory());
    machine.put("architecture", System.getProperty("os.arch"));
    machine.put(
        "slow_paths", PerformanceNote.active().stream().map(PerformanceNote::text).toList());
    return machine;
  }

  private static Map<String, Object> engine(LanguageModel model) {
    EngineCounters counters = model.counters();
    Map<String, Object> engine = new LinkedHashMap<>();
    engine.put("kv_bytes", model.info().kvBytes());
    engine.put("kv_free_blocks", counters.cache().freeBlocks());
    engine.put("steps", counters.steps());
    engine.put("running", counters.running());
    engine.put("waiting", counters.waiting());
    engine.put("preemptions", counters.preemptions());
    return engine;
  }
}
