"""Benchmarks: ratios within one run, never timed tests. `make bench`, or `python -m bench NAME
…`."""
