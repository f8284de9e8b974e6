"""Running promises: dockets, obligations, breaches, evidence; what an event does to them."""
