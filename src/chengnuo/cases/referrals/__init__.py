"""Matters that others send on, and the reply to them."""
