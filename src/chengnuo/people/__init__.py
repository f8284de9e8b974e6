"""The organisation tree, staff, posts and the reporting line; who may do what."""
