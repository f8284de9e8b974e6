"""Columns that are sealed, and columns that only compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.lookups import Exact, Lookup

from chengnuo.vault.keys import Ring, is_sealed

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
    _Chars = models.CharField[str, str]
else:
    _Text, _Chars = models.TextField, models.CharField

# What can be asked of a sealed column: whether there is something in it.
ASKED = frozenset({"exact", "isnull"})


def ring() -> Ring:
    """The keys of this installation."""
    found: Ring = settings.DATA_KEYS
    return found


class SealedText(_Text):
    """Text that the database holds sealed (AES-GCM) and the code in the clear; empty stays empty.

    Nothing but its emptiness can be asked for: a `BlindKey` beside it is what it is found by.
    `longest` is how long the text may be; it is checked where texts come in.
    """

    def __init__(self, *args: Any, longest: int | None = None, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.longest is not None:
            kwargs["longest"] = self.longest
        return name, path, args, kwargs

    @property
    def about(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return ring().seal(text.encode(), self.about) if text else text

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if not value or not is_sealed(value):
            return value  # empty, or from before it was sealed
        return ring().open(value, self.about).decode()

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name not in ASKED:
            raise TypeError(f"{self.about} is sealed: ask for the key beside it, not {lookup_name}")
        return super().get_lookup(lookup_name)


@SealedText.register_lookup
class Empty(Exact):
    """Whether there is nothing in a sealed column; no other value equals what is sealed."""

    def get_prep_lookup(self) -> Any:
        if self.rhs:
            raise TypeError("a sealed column is not compared: ask for the key beside it")
        return self.rhs


class BlindKey(_Chars):
    """A value that is kept only as a keyed hash: rows with the same value are found, and the
    database tells nothing else of it. Compared with values in the clear."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return ring().hashed(text) if text else text

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name not in ASKED | {"in"}:
            raise TypeError(f"{self.name} is hashed: only equal values are found")
        return super().get_lookup(lookup_name)
