"""Questions that cross rooms, read only: exports, registers, bulletins."""
