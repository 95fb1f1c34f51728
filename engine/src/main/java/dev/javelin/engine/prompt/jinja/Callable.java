package dev.javelin.engine.prompt.jinja;

/** Whatever can be called: a function, a method, a macro. */
interface Callable {
  Object call(Arguments arguments);
}
