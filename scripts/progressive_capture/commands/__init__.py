"""Commands that are no capture: they read the store, or run several captures in order."""
