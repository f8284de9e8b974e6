"""Taking a matter in: who calls, what is meant, what is the same; the case and its docket."""
