"""Checkpoints as C2SP writes them (tlog-checkpoint, signed-note): a text, signed by Ed25519.

chengnuo-1f2e3d4c/7             origin: which installation, which organisation's chain
1204                            how many entries
mWkU…=                          the hash of the last of them, base64
at 2026-03-09T02:00:00+00:00    when it was signed (an extension line)
                                (an empty line)
— chengnuo-1f2e3d4c NwDv…=      who signed: name, base64 of 4 bytes of key id and the signature
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
DASH = "— "
AT = "at "
SIZE = re.compile(r"[1-9][0-9]*|0")


class NoCheckpoint(ValueError):
    """This is no checkpoint, or its signature does not hold; says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How long a chain was at a moment, and the hash (hex) of its last entry."""

    origin: str
    size: int
    hash: str
    at: datetime

    @property
    def organisation_id(self) -> int:
        return int(self.origin.rpartition("/")[2])

    @property
    def body(self) -> str:
        head = base64.b64encode(bytes.fromhex(self.hash)).decode()
        moment = self.at.astimezone(UTC).isoformat()
        return f"{self.origin}\n{self.size}\n{head}\n{AT}{moment}\n"


@dataclass(frozen=True)
class Verifier:
    """The public key of an installation, as it is printed: NAME+KEYID+BASE64."""

    name: str
    key: bytes

    @classmethod
    def read(cls, printed: str) -> Verifier:
        """Raises NoCheckpoint where this is no such key."""
        name, _, rest = printed.strip().partition("+")
        key_id, _, coded = rest.partition("+")
        raw = _decoded(coded)
        if len(raw) != 33 or raw[:1] != ED25519:
            raise NoCheckpoint("this is no public key of checkpoints: NAME+KEYID+BASE64 is meant")
        found = cls(name, raw[1:])
        if found.key_id.hex() != key_id:
            raise NoCheckpoint("the public key does not fit its id: it was copied wrongly")
        return found

    @cached_property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"

    def read_note(self, note: str) -> Checkpoint:
        """The checkpoint in a signed note. Raises NoCheckpoint."""
        body, gap, signatures = note.replace("\r\n", "\n").strip().partition("\n\n")
        if not gap:
            raise NoCheckpoint("it has no signature")
        body += "\n"
        mine = [_signature(line) for line in signatures.splitlines()]
        raw = next((raw for name, raw in mine if (name, raw[:4]) == (self.name, self.key_id)), None)
        if raw is None:
            raise NoCheckpoint(f"it is not signed by {self.name} (key {self.key_id.hex()})")
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(raw[4:], body.encode())
        except InvalidSignature:
            raise NoCheckpoint("its signature does not hold: it was changed") from None
        return _checkpoint(body)


class Signer:
    """The private key of an installation; its name comes from the key."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier = Verifier(f"chengnuo-{hashlib.sha256(public).hexdigest()[:8]}", public)

    @classmethod
    def of(cls, secret: str) -> Signer:
        """The signer of an installation that keeps this secret."""
        return cls(hashlib.sha256(b"chengnuo checkpoints\n" + secret.encode()).digest())

    def origin(self, organisation_id: int) -> str:
        return f"{self.verifier.name}/{organisation_id}"

    def note(self, checkpoint: Checkpoint) -> str:
        """The checkpoint, signed."""
        signature = self.verifier.key_id + self._key.sign(checkpoint.body.encode())
        coded = base64.b64encode(signature).decode()
        return f"{checkpoint.body}\n{DASH}{self.verifier.name} {coded}\n"


def notes_in(text: str) -> list[str]:
    """The signed notes that a file holds one after the other, with empty lines between them."""
    found: list[str] = []
    part: list[str] = []
    for line in text.splitlines():
        if part and part[-1].startswith(DASH) and not line.startswith(DASH):
            found.append("\n".join(part))
            part = []
        if line.strip() or part:
            part.append(line)
    if any(line.strip() for line in part):
        found.append("\n".join(part))
    return found


def _checkpoint(body: str) -> Checkpoint:
    lines = body.splitlines()
    if len(lines) < 4 or not SIZE.fullmatch(lines[1]) or not lines[3].startswith(AT):
        raise NoCheckpoint("this is no checkpoint of a ledger")
    origin, size, coded, moment = lines[:4]
    try:
        at = datetime.fromisoformat(moment.removeprefix(AT))
        found = Checkpoint(origin=origin, size=int(size), hash=_decoded(coded).hex(), at=at)
        _ = found.organisation_id
    except ValueError:
        raise NoCheckpoint("this is no checkpoint of a ledger") from None
    return found


def _signature(line: str) -> tuple[str, bytes]:
    name, _, coded = line.removeprefix(DASH).strip().partition(" ")
    return name, _decoded(coded)


def _decoded(coded: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except binascii.Error:
        raise NoCheckpoint("it is cut off or copied wrongly: a line is no base64") from None
