package dev.javelin.engine;

import java.nio.file.Path;
import java.util.List;

/** Which of the stored small models this version must run. */
final class GoldenModels {
  private static final List<String> NAMES =
      List.of(
          "gpt-oss-tiny-f32",
          "gpt-oss-tiny-mxfp4",
          "llama-q-f32",
          "llama-q-f16",
          "llama-q-bf16",
          "llama-q-q8_0",
          "llama-q-q4_0",
          "llama-q-mxfp4",
          "llama-q-q4_1",
          "llama-q-q5_0",
          "llama-q-q5_1",
          "llama-q-q2_k",
          "llama-q-q3_k",
          "llama-q-q4_k",
          "llama-q-q5_k",
          "llama-q-q6_k",
          "llama-q-iq4_nl",
          "llama-q-iq4_xs",
          "llama-q-tq1_0",
          "llama-q-tq2_0",
          "llama3-tiny-f16",
          "smollm2-tiny-f32",
          "smollm2-tiny-q8_0",
          "llama-spm-tiny-f32",
          "gptoss-tiny-mxfp4",
          "qwen2-tiny-f32",
          "qwen2-tiny-q8_0",
          "qwen3-tiny-f16",
          "qwen3moe-tiny-f16",
          "gpt2-tiny-f32",
          "gpt2-tiny-q8_0",
          "bitnet-tiny-f16",
          "bitnet-tiny-tq1_0",
          "bitnet-tiny-tq2_0",
          "bitnet-b158-tiny-i2_s",
          "bitnet-b158-tiny-f32",
          "gemma3-tiny-f32",
          "gemma3-tiny-q8_0");

  private GoldenModels() {}

  static List<String> names() {
    return NAMES;
  }

  static Path folder() {
    return Shared.path("golden/models");
  }
}
