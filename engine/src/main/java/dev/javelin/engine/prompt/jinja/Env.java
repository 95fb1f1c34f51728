package dev.javelin.engine.prompt.jinja;

import java.time.LocalDateTime;

/**
 * What functions, filters and tests may use: what is left of the limits, one another, and the time
 * of day.
 */
record Env(Budget budget, Library library, LocalDateTime now) {}
