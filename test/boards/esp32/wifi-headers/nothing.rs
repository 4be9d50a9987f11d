// Cargo wants a target. This one is never built.
