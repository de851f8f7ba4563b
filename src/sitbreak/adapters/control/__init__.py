"""The local control socket."""

SOCKET_NAME = "control.sock"
LONGEST_REPLY = 1024 * 1024
