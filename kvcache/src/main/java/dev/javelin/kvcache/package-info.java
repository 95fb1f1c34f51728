/** Where keys and values of past tokens are kept. */
package dev.javelin.kvcache;
