"""One inbox, one thread: step, commit, run the effects, arm the waker."""
