"""Finding cases: by words, in queues, by load."""
