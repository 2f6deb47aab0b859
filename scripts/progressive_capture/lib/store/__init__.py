"""Databases: one contract, one schema, one overwrite rule; SQLite here, others to the same words."""
