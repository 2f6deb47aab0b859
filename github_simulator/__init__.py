"""A local GitHub: REST, GraphQL and a blob host, over one deterministic history.

It stands in for GitHub in the demo, the tests and the benchmarks, and documents what
GitHub does. `python -m github_simulator` starts it; `github_simulator.process.Simulator`
starts it from Python. README.md says what it models and what it does not.
"""
