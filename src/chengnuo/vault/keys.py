"""The ring of keys that seal personal data. It lies beside the database, never in it.

A file (0600) or an environment variable with one `NAME:BASE64` a line or between commas: `index`
keys the hashes by which telephones and names are looked for, and numbers are keys that seal. The
highest number seals; all the others open what they sealed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

INDEX = "index"
KEY_BYTES, NONCE_BYTES = 32, 12
MARK = "enc:"
HASHED = "~"
HASH_BYTES = 16


class NoKeys(ValueError):
    """There is no usable ring of keys here; says what to do."""


class CannotUnseal(ValueError):
    """A sealed value cannot be opened: its key is missing, or it was changed or moved."""


class Ring:
    """Seals and opens values. `source` is the file it came from, read again where another process
    has added a key; None for a ring from the environment."""

    def __init__(self, text: str, *, source: Path | None = None) -> None:
        self.source = source
        self._read(text)

    def _read(self, text: str) -> None:
        keys = dict(_keys_in(text))
        index = keys.pop(INDEX, None)
        if index is None or not keys:
            raise NoKeys("data keys: one `index:` and at least one numbered key are meant")
        self._index_key = index
        self._keys: Mapping[int, AESGCM] = {int(n): AESGCM(key) for n, key in keys.items()}
        self.newest = max(self._keys)

    def read_again(self) -> None:
        """Take up the keys that were added to the file meanwhile."""
        if self.source is not None:
            self._read(self.source.read_text(encoding="ascii"))

    @property
    def numbers(self) -> list[int]:
        return sorted(self._keys)

    def seal(self, value: bytes, about: str) -> str:
        """A value that can be opened only as what it is about (a column): it cannot be moved."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._keys[self.newest].encrypt(nonce, value, about.encode())
        return f"{MARK}{self.newest}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, about: str) -> bytes:
        """Raises Unreadable."""
        number, _, coded = sealed.removeprefix(MARK).partition(":")
        try:
            raw = base64.b64decode(coded, validate=True)
            nonce, content = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return self._key(int(number)).decrypt(nonce, content, about.encode())
        except (ValueError, InvalidTag) as error:
            why = f"{error}" or "it was changed or moved"
            raise CannotUnseal(f"{about}, sealed with key {number}: {why}") from None

    def _key(self, number: int) -> AESGCM:
        if number not in self._keys:
            self.read_again()
        if number not in self._keys:
            raise CannotUnseal(f"no key {number} here")
        return self._keys[number]

    def hashed(self, value: str) -> str:
        """By what equal values are found, and nothing else is told of them; empty stays empty."""
        if not value or is_hashed(value):
            return value
        digest = hmac.digest(self._index_key, value.encode(), "sha256")[:HASH_BYTES]
        return f"{HASHED}{digest.hex()}"


def is_sealed(value: str) -> bool:
    return value.startswith(MARK)


def is_hashed(value: str) -> bool:
    return value.startswith(HASHED) and len(value) == 1 + 2 * HASH_BYTES


def fresh_key(name: str) -> str:
    """A new line for a ring."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def fresh_ring() -> str:
    return f"{fresh_key(INDEX)}\n{fresh_key('1')}\n"


def kept_in(path: Path, *, make: bool) -> Ring:
    """The ring in a file; made on the first call where that is allowed. Raises NoKeys."""
    if make and not path.exists():
        write(path, fresh_ring(), over=False)
    if not path.exists():
        raise NoKeys(
            f"no keys to seal personal data with: neither CHENGNUO_DATA_KEYS nor {path}. "
            "Make them once with `chengnuo keys make`, and keep a copy where the database is not"
        )
    if path.stat().st_mode & 0o077:
        raise NoKeys(f"{path} can be read by others on this machine: chmod 600 {path}")
    return Ring(path.read_text(encoding="ascii"), source=path)


def write(path: Path, text: str, *, over: bool) -> None:
    """Put a ring into a file, whole or not at all, also when two processes start at once."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if over:
        draft.replace(path)
        return
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _keys_in(text: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for line in text.replace(",", "\n").split():
        name, _, coded = line.partition(":")
        try:
            key = base64.b64decode(coded, validate=True)
        except binascii.Error:
            key = b""
        if (name != INDEX and not name.isdigit()) or len(key) != KEY_BYTES:
            raise NoKeys("data keys: NAME:BASE64 of 32 bytes each is meant; this line is not")
        if any(name == other for other, _ in found):
            raise NoKeys(f"data keys: {name} is there twice")
        found.append((name, key))
    return found
