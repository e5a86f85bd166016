"""Data that the application ships: icons, style, texts, the system packages."""
