"""What there is, what GitHub deletes next, and what keeping it costs: before anything is kept."""
