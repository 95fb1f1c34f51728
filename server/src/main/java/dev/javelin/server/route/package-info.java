/** One class per endpoint: reads the request, starts the work, writes the answer. */
package dev.javelin.server.route;
