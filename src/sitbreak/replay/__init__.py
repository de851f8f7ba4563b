"""A trace in, the log entries of that day out: the same core in virtual time."""
