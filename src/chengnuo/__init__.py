"""Chengnuo (承诺): executes the service regulations of a utility as obligations with clocks."""

__version__ = "0.1.0"
