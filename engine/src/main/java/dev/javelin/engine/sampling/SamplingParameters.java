package dev.javelin.engine.sampling;
import java.util.*;
public record SamplingParameters(float temperature, int topK, float topP, float minP, float repetitionPenalty, int penaltyWindow, float presencePenalty, float frequencyPenalty, Map<Integer, Float> logitBias, OptionalLong seed) {
  public static final SamplingParameters GREEDY = new SamplingParameters(0,0,1,0,1,64,0,0,Map.of(),OptionalLong.empty());
  public static SamplingParameters defaults() { return GREEDY; }
  public SamplingParameters withTemperature(float v) { return this; }
  public SamplingParameters withTopK(int v) { return this; }
  public SamplingParameters withTopP(float v) { return this; }
  public SamplingParameters withMinP(float v) { return this; }
  public SamplingParameters withRepetitionPenalty(float v) { return this; }
  public SamplingParameters withPenaltyWindow(int v) { return this; }
}
