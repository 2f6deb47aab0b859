"""The place of the hybrid queue, which is to route capture jobs to GitHub Actions or an inline worker.

Empty: nothing is routed yet. It will stand on `progressive_capture` and be imported by none of it.
"""
