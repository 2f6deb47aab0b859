"""Everything that speaks to GitHub: one of the doors to the outside world.

What captures use is `client.GitHub`, built by `opening.open_github`, and the errors of `failures`.
"""
