"""Filled forms (表单): one verb by which each becomes evidence and its events happen."""
