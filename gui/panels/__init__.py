"""What stands in the docks and in the middle of the window."""
