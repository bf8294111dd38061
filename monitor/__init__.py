"""Monitor: one correct alert per attack, kept current."""

__version__ = "0.1.0"
