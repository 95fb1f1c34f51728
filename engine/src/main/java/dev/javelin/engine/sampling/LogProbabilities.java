package dev.javelin.engine.sampling;
public final class LogProbabilities {
  public LogProbabilities(dev.javelin.engine.tokenizer.Tokenizer t) {}
  public void prepare(float[] l, int o, int n, int top) {}
  public dev.javelin.engine.TokenLogProbability of(int t) { return null; }
}
