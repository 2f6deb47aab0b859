"""Commands that measure what is promised, with the simulator's ledger as the proof."""
