/**
 * What the kernels reach, as fractions of what the machine can do. One JMH class for each subject;
 * {@link dev.javelin.bench.LimitsProfiler} measures the limits between the iterations of each, in
 * the same process and on the same kind of memory. {@link dev.javelin.bench.ShortSuite} runs a
 * selection and writes a table and a picture.
 */
package dev.javelin.bench;
