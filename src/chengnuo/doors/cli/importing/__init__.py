"""`chengnuo import`: rows of a file become matters with their history, or rejects with a reason."""
