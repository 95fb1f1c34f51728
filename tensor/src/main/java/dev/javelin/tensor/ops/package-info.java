/** The operations of a forward pass over float arrays, weight matrices and cache blocks. */
package dev.javelin.tensor.ops;
