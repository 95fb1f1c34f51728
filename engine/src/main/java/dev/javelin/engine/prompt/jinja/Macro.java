package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A macro, with the scope that it was written in. */
final class Macro implements HasAttributes, Callable {
  private final Stmt.Macro definition;
  private final Scope home;
  private final Interpreter interpreter;

  Macro(Stmt.Macro definition, Scope home, Interpreter interpreter) {
    this.definition = definition;
    this.home = home;
    this.interpreter = interpreter;
  }

  @Override
  public Object call(Arguments arguments) {
    Scope scope = new Scope(home);
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    List<Stmt.Macro.Parameter> parameters = definition.parameters();
    bindCaller(named, scope);
    for (int i = 0; i < parameters.size(); i++) {
      bind(i, arguments, named, scope);
    }
    if (definition.uses().contains("kwargs")) {
      scope.set("kwargs", new Arguments(List.of(), named).namedAsDict());
    } else if (!named.isEmpty()) {
      throw JinjaException.type(
          "macro '"
              + definition.name()
              + "' takes no keyword argument '"
              + named.keySet().iterator().next()
              + "'");
    }
    if (definition.uses().contains("varargs")) {
      scope.set("varargs", new Tuple(arguments.from(parameters.size()).positional()));
    } else if (arguments.positional().size() > parameters.size()) {
      throw JinjaException.type(
          "macro '"
              + definition.name()
              + "' takes not more than "
              + parameters.size()
              + " argument(s)");
    }
    return interpreter.capture(definition.body(), scope);
  }

  private void bindCaller(Map<String, Object> named, Scope scope) {
    boolean declared =
        definition.parameters().stream().anyMatch(parameter -> parameter.name().equals("caller"));
    if (definition.uses().contains("caller") && !declared) {
      scope.set(
          "caller",
          named.containsKey("caller") ? named.remove("caller") : Undefined.of("No caller defined"));
    }
  }

  private void bind(int index, Arguments arguments, Map<String, Object> named, Scope scope) {
    Stmt.Macro.Parameter parameter = definition.parameters().get(index);
    String name = parameter.name();
    Object value;
    if (index < arguments.positional().size()) {
      value = arguments.positional().get(index);
      if (named.containsKey(name)) {
        throw JinjaException.type(
            "macro '" + definition.name() + "' got multiple values for argument '" + name + "'");
      }
    } else if (named.containsKey(name)) {
      value = named.remove(name);
    } else if (parameter.defaultValue() != null) {
      value = interpreter.evaluator().eval(parameter.defaultValue(), scope);
    } else {
      value = Undefined.of("parameter '" + name + "' was not provided");
    }
    scope.set(name, value);
  }

  @Override
  public String typeName() {
    return "Macro";
  }

  @Override
  public Optional<Box> attribute(String name) {
    return switch (name) {
      case "name" -> Box.of(Str.own(definition.name()));
      case "arguments" -> {
        List<Object> names = new ArrayList<>();
        definition.parameters().forEach(parameter -> names.add(Str.own(parameter.name())));
        yield Box.of(new Tuple(names));
      }
      case "catch_kwargs" -> Box.of(definition.uses().contains("kwargs"));
      case "catch_varargs" -> Box.of(definition.uses().contains("varargs"));
      case "caller" -> Box.of(definition.uses().contains("caller"));
      default -> Optional.empty();
    };
  }
}
