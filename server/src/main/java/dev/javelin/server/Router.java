package dev.javelin.server;

import dev.javelin.server.http.Access;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.ErrorStyle;
import dev.javelin.server.http.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds the route of a path and method. */
final class Router {
  private final Map<String, List<Route>> exact = new HashMap<>();
  private final List<Route> openEnded = new ArrayList<>();
  private final List<Route> routes;

  Router(List<Route> routes) {
    this.routes = List.copyOf(routes);
    for (Route route : routes) {
      if (route.isOpenEnded()) {
        openEnded.add(route);
      } else {
        exact.computeIfAbsent(route.path(), path -> new ArrayList<>()).add(route);
      }
    }
  }

  List<Route> routes() {
    return routes;
  }

  /** The methods that a path takes, for OPTIONS and 405; empty if there is no such path. */
  TreeSet<String> methods(String path) {
    TreeSet<String> methods = new TreeSet<>();
    at(path).forEach(route -> methods.add(route.method()));
    return methods;
  }

  /** Whatever answers; a route that only says what is wrong if nothing else does. */
  Route find(String method, String path) {
    List<Route> candidates = at(path);
    String wanted = method.equals("HEAD") ? "GET" : method;
    for (Route route : candidates) {
      if (route.method().equals(wanted)) {
        return route;
      }
    }
    ErrorStyle style = path.startsWith("/v1/messages") ? ErrorStyle.ANTHROPIC : ErrorStyle.OPENAI;
    ApiError error =
        candidates.isEmpty()
            ? ApiError.notFound(
                "route_not_found", null, "there is no such route; GET /openapi.json lists all")
            : ApiError.methodNotAllowed("this route takes " + String.join(" and ", methods(path)));
    return new Route(
            method,
            path,
            Access.OPEN,
            true,
            style,
            call -> {
              if (!candidates.isEmpty()) {
                call.setHeader("Allow", String.join(", ", methods(path)));
              }
              throw error;
            },
            "")
        .answeredAtOnce();
  }

  private List<Route> at(String path) {
    List<Route> found = exact.get(path);
    if (found != null) {
      return found;
    }
    return openEnded.stream()
        .filter(
            route ->
                path.startsWith(route.fixedPath()) && path.length() > route.fixedPath().length())
        .toList();
  }
}
