"""Artifacts opened without trust: archives, categories, file storage, test results."""
