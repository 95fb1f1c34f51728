/** A server that speaks OpenAI's API, seen from its client: requests out, events in. */
package dev.javelin.engine.remote;
