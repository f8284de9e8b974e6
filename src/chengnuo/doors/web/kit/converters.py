"""Parts of addresses."""

from __future__ import annotations


class Id:
    """A number of a row, not longer than a database knows them: another is no address of ours."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
