/**
 * Between the routes and the engine: the model's life, who may generate now, cached answers,
 * counters. Knows no HTTP bodies.
 */
package dev.javelin.server.run;
