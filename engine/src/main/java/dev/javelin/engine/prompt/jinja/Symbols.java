package dev.javelin.engine.prompt.jinja;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the names of one scope mean when the scope is entered. jinja2 decides that before it runs a
 * template, which shows: a name that a scope assigns before it reads it, and that no scope around
 * it knows, is undefined until it is assigned, even where the caller gave a variable of that name.
 */
final class Symbols {
  /** Where a name's first value comes from. */
  private enum Load {
    PARAMETER,
    /** The caller's variables. */
    RESOLVED,
    /** The scope around it. */
    OUTER,
    UNDEFINED
  }

  private final Symbols parent;
  private final Map<String, Load> loads;
  private final Set<String> stores;

  Symbols(Symbols parent) {
    this(parent, new HashMap<>(), new HashSet<>());
  }

  private Symbols(Symbols parent, Map<String, Load> loads, Set<String> stores) {
    this.parent = parent;
    this.loads = loads;
    this.stores = stores;
  }

  /** The same, to see what a branch does to it. */
  Symbols branch() {
    return new Symbols(parent, new HashMap<>(loads), new HashSet<>(stores));
  }

  void load(String name) {
    if (!knows(name)) {
      loads.put(name, Load.RESOLVED);
    }
  }

  void store(String name) {
    stores.add(name);
    if (!loads.containsKey(name)) {
      loads.put(name, parent != null && parent.knows(name) ? Load.OUTER : Load.UNDEFINED);
    }
  }

  void parameter(String name) {
    stores.add(name);
    loads.put(name, Load.PARAMETER);
  }

  /** What is assigned in some branch only has its value from elsewhere in the others. */
  void join(List<Symbols> branches) {
    Set<String> fresh = new HashSet<>();
    branches.forEach(branch -> fresh.addAll(branch.stores));
    fresh.removeAll(stores);
    for (Symbols branch : branches) {
      loads.putAll(branch.loads);
      stores.addAll(branch.stores);
    }
    fresh.forEach(
        name -> loads.put(name, parent != null && parent.knows(name) ? Load.OUTER : Load.RESOLVED));
  }

  /** Names that are undefined when the scope is entered. */
  Set<String> undefined() {
    Set<String> names = new HashSet<>();
    loads.forEach(
        (name, load) -> {
          if (load == Load.UNDEFINED) {
            names.add(name);
          }
        });
    return names;
  }

  private boolean knows(String name) {
    return loads.containsKey(name) || parent != null && parent.knows(name);
  }
}
