"""The worker: time passes, periods open, messages go out. Any number may run at once."""
