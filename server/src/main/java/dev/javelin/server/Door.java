package dev.javelin.server;

import dev.javelin.server.guard.Authentication;
import dev.javelin.server.guard.Origins;
import dev.javelin.server.guard.RateLimits;

/** What a request has to pass before its handler runs. */
record Door(Authentication authentication, Origins origins, RateLimits rates) {}
