"""Accountability (责任追究): who answers for a breach, what it costs, the pay sheet of a month."""
