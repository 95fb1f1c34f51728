package dev.javelin.engine.prompt.jinja;

/**
 * The value of what does not exist. It is false, empty and prints as nothing; any other use fails.
 *
 * @param kind the error that its use raises
 */
record Undefined(String kind, String message) {
  static Undefined of(String message) {
    return new Undefined("UndefinedError", message);
  }

  static Undefined name(String name) {
    return of("'" + name + "' is undefined");
  }

  static Undefined attribute(Object owner, String name) {
    return of("'" + Types.describe(owner) + "' has no attribute '" + name + "'");
  }

  static Undefined element(Object owner, String key) {
    return of(Types.describe(owner) + " has no element " + key);
  }

  /** A method that changes its object, which templates may not. */
  static Undefined unsafe(Object owner, String name) {
    return new Undefined(
        "SecurityError",
        "access to attribute '" + name + "' of '" + Types.name(owner) + "' object is unsafe.");
  }

  JinjaException error() {
    return new JinjaException(kind, message);
  }
}
