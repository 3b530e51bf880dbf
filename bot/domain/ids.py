"""Telegram's ids."""

BIGGEST = 2**63 - 1
"""They fit 8 bytes, also where they are negative."""
