/** Weights as they lie in memory: quant types and matrices of them. */
package dev.javelin.tensor;
