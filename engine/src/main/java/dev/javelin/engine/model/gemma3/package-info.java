/**
 * Gemma 3: norms before and after each sub-layer, five windowed layers to one full, scaled
 * embeddings. See {@code docs/models/gemma3.md}.
 */
package dev.javelin.engine.model.gemma3;
