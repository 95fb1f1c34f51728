/**
 * JSON Schema as grammar. A schema becomes a {@code Shape}: what a value may be, type by type, as a
 * union of simple alternatives. Strings and numbers are regular languages, so that and, or and not
 * are exact; for objects and arrays the same algebra works on their parts, which are conjunctions
 * ({@code Conj}) of subschemas and negated subschemas.
 *
 * <pre>
 *   SchemaDocument - SchemaNode - KeywordReader -+
 *                                                +- Shapes (memo: Conj to Shape) - GrammarBuilder - nodes
 *                    Negation, ObjectShape, ... -+
 * </pre>
 *
 * What the algebra cannot express is refused with the JSON pointer of the keyword.
 */
package dev.javelin.engine.constrain.schema;
