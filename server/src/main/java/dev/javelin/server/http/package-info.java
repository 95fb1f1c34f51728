/**
 * One HTTP exchange as the handlers see it: read a JSON body with checks, answer with JSON or a
 * stream of events, notice a client that goes away. Everything that touches Undertow during a
 * request is here.
 */
package dev.javelin.server.http;
