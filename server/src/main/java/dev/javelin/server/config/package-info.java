/** What can be set: one list of settings, and where their values come from. */
package dev.javelin.server.config;
