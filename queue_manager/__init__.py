"""The hybrid queue: capture jobs go to GitHub Actions or to an inline worker, and a person can see why.

It stands on `progressive_capture`, and is imported by none of it.
"""
