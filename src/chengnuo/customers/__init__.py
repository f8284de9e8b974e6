"""Customers, premises, usage points and meters (names of IEC 61968-9/-11, CIM)."""
