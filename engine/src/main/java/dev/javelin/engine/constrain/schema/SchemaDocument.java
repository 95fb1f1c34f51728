package dev.javelin.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.javelin.engine.constrain.ConstraintException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A schema with its subschemas by place, by {@code $id} and by anchor; resolves references within
 * itself.
 */
final class SchemaDocument {
  private static final int MAX_NESTING = 200;
  private static final int MAX_NODES = 400_000;
  private static final URI ROOT = URI.create("schema:/root");

  /** Keywords whose value maps names to schemas: the names are not keywords. */
  private static final Set<String> MAPS =
      Set.of(
          "properties",
          "patternProperties",
          "definitions",
          "$defs",
          "dependencies",
          "dependentSchemas");

  /** Keywords whose value is data, not schema. */
  private static final Set<String> DATA = Set.of("enum", "const", "default", "examples", "example");

  private final Map<JsonNode, SchemaNode> nodes = new IdentityHashMap<>();
  private final Map<JsonNode, SchemaNode> constants = new IdentityHashMap<>();
  private final List<SchemaNode> byId = new ArrayList<>();
  private final Map<String, SchemaNode> byUri = new HashMap<>();
  private final SchemaNode root;
  final SchemaNode nothing;

  SchemaDocument(JsonNode schema) {
    checkSchema(schema, "");
    root = register(schema, "", ROOT, Dialect.of(schema), 0);
    byUri.putIfAbsent(ROOT.toString(), root);
    nothing =
        create(JsonNodeFactory.instance.objectNode().put("not", true), "", ROOT, root.dialect());
  }

  SchemaNode root() {
    return root;
  }

  SchemaNode node(int id) {
    return byId.get(id);
  }

  private SchemaNode create(JsonNode json, String pointer, URI base, Dialect dialect) {
    SchemaNode node = new SchemaNode(byId.size(), json, pointer, base, dialect);
    byId.add(node);
    return node;
  }

  private static void checkSchema(JsonNode json, String pointer) {
    if (!json.isObject() && !json.isBoolean()) {
      throw new ConstraintException(
          ConstraintException.Code.INVALID_SCHEMA,
          pointer,
          "a schema must be an object or a boolean");
    }
  }

  /** Registers a place and everything below it; recursion is bounded by MAX_NESTING. */
  private SchemaNode register(
      JsonNode json, String pointer, URI outer, Dialect dialect, int depth) {
    if (depth > MAX_NESTING || byId.size() > MAX_NODES) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          pointer,
          "a schema may nest " + MAX_NESTING + " deep and have " + MAX_NODES + " parts");
    }
    Dialect inner = json.has("$schema") ? Dialect.of(json) : dialect;
    URI base = outer;
    JsonNode id = json.get(inner.idKeyword());
    boolean alone = json.has("$ref") && inner.refStandsAlone();
    if (id != null && id.isTextual() && !alone) {
      base = resolve(outer, id.asText());
    }
    SchemaNode node = create(json, pointer, base, inner);
    nodes.put(json, node);
    if (base != outer) {
      byUri.putIfAbsent(trimmed(base), node);
    }
    for (String anchor : new String[] {"$anchor", "$dynamicAnchor"}) {
      if (json.path(anchor).isTextual()) {
        byUri.putIfAbsent(withoutFragment(base) + "#" + json.get(anchor).asText(), node);
      }
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      String place = pointer + "/" + escaped(field.getKey());
      if (!DATA.contains(field.getKey())) {
        registerBelow(field.getValue(), place, base, inner, depth, MAPS.contains(field.getKey()));
      }
    }
    return node;
  }

  private void registerBelow(
      JsonNode value, String place, URI base, Dialect dialect, int depth, boolean map) {
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        if (value.get(i).isObject()) {
          register(value.get(i), place + "/" + i, base, dialect, depth + 1);
        }
      }
    } else if (value.isObject() && map) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        if (entry.getValue().isObject()) {
          register(
              entry.getValue(), place + "/" + escaped(entry.getKey()), base, dialect, depth + 1);
        }
      }
    } else if (value.isObject()) {
      register(value, place, base, dialect, depth + 1);
    }
  }

  /** The subschema that is the value (or a part of the value) of a keyword. */
  SchemaNode child(SchemaNode parent, JsonNode json, String path) {
    checkSchema(json, parent.pointer() + "/" + path);
    SchemaNode known = nodes.get(json);
    if (known != null && !(json instanceof BooleanNode)) {
      return known;
    }
    if (json instanceof BooleanNode) { // Jackson has one object for all: one node each will do
      return nodes.computeIfAbsent(
          json, j -> create(j, parent.pointer() + "/" + path, parent.base(), parent.dialect()));
    }
    return register(json, parent.pointer() + "/" + path, parent.base(), parent.dialect(), 0);
  }

  /** A schema that allows this value only. */
  SchemaNode constant(JsonNode value, String pointer) {
    return constants.computeIfAbsent(
        value,
        v ->
            create(
                JsonNodeFactory.instance.objectNode().set("const", v),
                pointer,
                ROOT,
                root.dialect()));
  }

  /** The target of a reference that stands in {@code from}. */
  SchemaNode resolve(SchemaNode from, String reference) {
    if (reference.equals("#") && from.base().equals(ROOT)) {
      return root;
    }
    URI uri = resolve(from.base(), reference);
    SchemaNode exact = byUri.get(trimmed(uri));
    if (exact != null) {
      return exact;
    }
    int hash = reference.indexOf('#');
    String document = trimmed(withoutFragment(uri));
    SchemaNode start = document.equals(ROOT.toString()) ? root : byUri.get(document);
    if (start == null && hash == 0) {
      start = root; // an $id with a fragment, or an opaque one: the document itself is meant
    }
    String fragment = hash < 0 ? "" : decoded(reference.substring(hash + 1));
    if (start == null || !fragment.isEmpty() && !fragment.startsWith("/")) {
      throw unresolved(from, reference);
    }
    JsonNode target = start.json().at(com.fasterxml.jackson.core.JsonPointer.compile(fragment));
    if (target.isMissingNode() && start != root) {
      target = root.json().at(com.fasterxml.jackson.core.JsonPointer.compile(fragment));
    }
    if (target.isMissingNode()) {
      throw unresolved(from, reference);
    }
    SchemaNode known = nodes.get(target);
    if (known != null) {
      return known;
    }
    checkSchema(target, start.pointer() + fragment);
    return target instanceof BooleanNode
        ? child(start, target, fragment.substring(1))
        : register(target, start.pointer() + fragment, start.base(), start.dialect(), 0);
  }

  private static ConstraintException unresolved(SchemaNode from, String reference) {
    return new ConstraintException(
        ConstraintException.Code.UNRESOLVED_REFERENCE,
        from.pointer() + "/$ref",
        "not in this document: " + reference);
  }

  private static URI resolve(URI base, String reference) {
    try {
      return base.resolve(new URI(reference.replace(" ", "%20")));
    } catch (java.net.URISyntaxException | IllegalArgumentException e) {
      return base;
    }
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? uri : URI.create(text.substring(0, hash));
  }

  private static String trimmed(URI uri) {
    String text = uri.toString();
    return text.endsWith("#") ? text.substring(0, text.length() - 1) : text;
  }

  private static String decoded(String fragment) {
    try {
      return java.net.URLDecoder.decode(
          fragment.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return fragment;
    }
  }

  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
