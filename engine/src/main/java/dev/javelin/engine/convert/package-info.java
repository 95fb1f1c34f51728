/** Files that Javelin makes: synthetic models, and models in other formats turned to GGUF. */
package dev.javelin.engine.convert;
