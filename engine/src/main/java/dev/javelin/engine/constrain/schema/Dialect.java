package dev.javelin.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;

/** The versions of JSON Schema, and what they read differently. */
enum Dialect {
  DRAFT_4,
  DRAFT_6,
  DRAFT_7,
  DRAFT_2019,
  DRAFT_2020;

  /** By {@code $schema}; 2020-12 if it is missing or not one of the official ones. */
  static Dialect of(JsonNode schema) {
    String uri = schema.path("$schema").asText("");
    if (uri.contains("draft-04")) {
      return DRAFT_4;
    }
    if (uri.contains("draft-06")) {
      return DRAFT_6;
    }
    if (uri.contains("draft-07")) {
      return DRAFT_7;
    }
    return uri.contains("2019-09") ? DRAFT_2019 : DRAFT_2020;
  }

  /** Until draft 7, what stands beside a {@code $ref} is ignored. */
  boolean refStandsAlone() {
    return compareTo(DRAFT_2019) < 0;
  }

  /** In draft 4, 1.0 is not an integer. */
  boolean integersMayHaveFraction() {
    return this != DRAFT_4;
  }

  String idKeyword() {
    return this == DRAFT_4 ? "id" : "$id";
  }
}
