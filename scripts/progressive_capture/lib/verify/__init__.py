"""Is anything missing? The stored history against GitHub's listings and against our own ledger."""
