"""What somebody's own account declares for the pages of others: nothing, it opens at the name."""
