/**
 * The engine over HTTP.
 *
 * <p>A request's way: the {@code Router} finds its {@code Route}, {@code guard} says who calls and
 * whether they may, a handler in {@code route} reads the body with readers of {@code api}, {@code
 * run} starts the generation, and the handler writes records of {@code api} through {@code http}.
 * Settings come from {@code config}.
 */
package dev.javelin.server;
