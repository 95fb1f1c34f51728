/**
 * The model families and what they share.
 *
 * <p>Each family has a package with one class a model, read in this order: {@code Config} (sizes,
 * from the file's keys), {@code Weights} (tensors, checked against the sizes), {@code load}, {@code
 * forward}. {@link dev.javelin.engine.model.Architectures} lists them. The parts that families
 * share ({@code SelfAttention}, {@code GatedFeedForward}, {@code MixtureOfExperts}, ...) know
 * nothing of any family.
 */
package dev.javelin.engine.model;
