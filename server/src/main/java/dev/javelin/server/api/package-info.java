/**
 * The shapes on the wire: readers that turn a request's fields into the engine's words, and records
 * that Jackson writes as they are, names in snake_case.
 */
package dev.javelin.server.api;
