"""Everything that Loudness Classificator computes; it knows nothing of windows."""

__version__ = "0.1.0"
