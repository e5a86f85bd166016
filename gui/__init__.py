"""The window; every computation is a call into `core`."""
