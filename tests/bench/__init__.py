"""The project's figures, measured: ``make bench``."""
