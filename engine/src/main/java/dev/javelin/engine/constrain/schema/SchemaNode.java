package dev.javelin.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.constrain.ConstraintException;
import java.net.URI;

/**
 * One subschema and where it stands. There is one object for each place, so that places can be
 * compared.
 *
 * @param id number within the document, for sorted sets
 */
record SchemaNode(int id, JsonNode json, String pointer, URI base, Dialect dialect) {
  ConstraintException invalid(String keyword, String rule) {
    return new ConstraintException(
        ConstraintException.Code.INVALID_SCHEMA,
        pointer + "/" + keyword,
        keyword + " must be " + rule);
  }

  ConstraintException unsupported(String keyword, String what) {
    return new ConstraintException(
        ConstraintException.Code.UNSUPPORTED_KEYWORD,
        keyword.isEmpty() ? pointer : pointer + "/" + keyword,
        what);
  }

  boolean has(String keyword) {
    return json.has(keyword);
  }

  @Override
  public boolean equals(Object o) {
    return this == o;
  }

  @Override
  public int hashCode() {
    return id;
  }
}
