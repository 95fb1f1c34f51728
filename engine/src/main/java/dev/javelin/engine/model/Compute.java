package dev.javelin.engine.model;

import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.parallel.WorkerPool;

/** The machinery a model computes with; one per engine loop. */
public record Compute(WorkerPool pool, MatMul matMul) {}
