"""Thin adapters to the desktop, each behind a Protocol of ``ports``."""
