"""Finding every run that GitHub lists: what to ask, what an answer proves, what to ask again (pure)."""
