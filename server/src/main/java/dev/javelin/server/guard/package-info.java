/**
 * What stands between the network and the handlers: keys, limits, the form of errors, the log of
 * who did what.
 */
package dev.javelin.server.guard;
