package dev.javelin.engine.sampling;
public final class Sampler {
  private final int n;
  public Sampler(SamplingParameters p, int n) { this.n = n; }
  public int sample(float[] l, int o) { int b = 0; for (int i = 1; i < n; i++) if (l[o+i] > l[o+b]) b = i; return b; }
  public void accept(int t) {}
}
