/** Benchmarks of the kernels, next to the limits of the machine in the same run. */
package dev.javelin.bench;
