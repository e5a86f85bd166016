"""Frame features: what they are, Essentia's own way to them, and the fast one."""
