"""The hybrid queue: decides whether work goes to GitHub Actions or runs inline.

It stands on `progressive_capture` (capture jobs, claims, captures) and is imported by none of it.
"""
