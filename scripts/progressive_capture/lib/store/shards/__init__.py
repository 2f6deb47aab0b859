"""Shards: small databases that legs wrote, made, read, merged into one, and packed for a journey."""
