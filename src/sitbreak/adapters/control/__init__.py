"""The daemon's local line for commands: a Unix socket, or on Windows a named pipe."""

import sys

SOCKET_NAME = "control.sock"
LONGEST_REPLY = 1024 * 1024

LONGEST_PATH = 107 if sys.platform == "linux" else 103
"""Bytes that the path of a socket may have."""
