"""Annotations: time-stamped classes of recordings."""
