"""Qt models: thin adapters over data of the core."""
