"""What happened, for ever: hash-chained entries, and the outbox to the world outside."""
