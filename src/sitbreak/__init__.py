"""sitbreak: a break reminder that knows how long you have sat."""

__version__ = "0.1.0"
