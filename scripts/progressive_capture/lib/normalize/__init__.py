"""GitHub's JSON to rows: pure functions, one module per subject; the values that the store takes in."""
