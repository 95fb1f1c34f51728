package dev.javelin.engine.prompt.jinja;

/** What is left of {@link Limits} in one rendering. */
final class Budget {
  private final Limits limits;
  private long steps;
  private long characters;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
  }

  void step() {
    if (++steps > limits.steps()) {
      throw JinjaException.limit("steps", limits.steps());
    }
  }

  /** Call it before these characters are made. */
  void characters(long count) {
    characters += count;
    if (characters > limits.characters()) {
      throw JinjaException.limit("characters", limits.characters());
    }
  }

  /** Call it before a list of this size is made. */
  void elements(long count) {
    characters(8 * count);
  }

  void enter() {
    step();
    if (++depth > limits.depth()) {
      throw JinjaException.limit("depth", limits.depth());
    }
  }

  void leave() {
    depth--;
  }
}
