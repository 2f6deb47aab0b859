"""The rooms of a capture: plan, fetch, normalize, store, report (one way, see docs/architecture.md)."""
