/**
 * gpt-oss: grouped-query attention with biases, sinks and alternating windows under YaRN; a mixture
 * of experts with a clamped SwiGLU. See {@code docs/models/gpt-oss.md}.
 */
package dev.javelin.engine.model.gptoss;
