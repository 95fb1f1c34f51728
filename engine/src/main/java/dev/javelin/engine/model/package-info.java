/**
 * The model families and what they share.
 *
 * <p>Each family has a package of its own with three classes, read in this order: {@code Config}
 * (sizes, from the file's keys), {@code Weights} (tensors, checked against the sizes), {@code
 * Model} (the forward pass: attention, then feed-forward). {@link
 * dev.javelin.engine.model.Architectures} lists them. The parts that families share ({@code
 * Linear}, {@code CachedAttention}, {@code MixtureOfExperts}, ...) know nothing of any family.
 */
package dev.javelin.engine.model;
