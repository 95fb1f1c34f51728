package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keys, values or items of a dict: can be walked again and again, and has a length. */
record DictView(String typeName, Map<Object, Object> dict) {
  List<Object> items() {
    List<Object> items = new ArrayList<>(dict.size());
    for (Map.Entry<Object, Object> entry : dict.entrySet()) {
      items.add(
          switch (typeName) {
            case "dict_keys" -> entry.getKey();
            case "dict_values" -> entry.getValue();
            default -> Tuple.of(entry.getKey(), entry.getValue());
          });
    }
    return items;
  }
}
