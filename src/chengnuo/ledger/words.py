"""What people write freely, in entries that stay for ever: sealed with a key of its subject.

The hash of an entry is reckoned over the sealed words. When the key is forgotten, nobody reads the
words again, and the chain holds as before. Codes, moments and numbers stay in the clear.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chengnuo.ledger.models import SubjectKey
from chengnuo.vault.masking import is_code

# Under these names stands what somebody typed.
FREE = frozenset({"why", "reason", "remark", "answer", "words", "need", "content", "proof"})


def guarded(data: dict[str, Any], *, subject: UUID | None) -> dict[str, Any]:
    """The data of a fact about a subject, with free words sealed. Must run in a transaction."""
    told = dict(_free(data))
    if subject is None or not told:
        return data
    key, _ = SubjectKey.objects.get_or_create(
        subject=subject, defaults={"key": secrets.token_hex(32)}
    )
    cipher = AESGCM(bytes.fromhex(key.key))
    return data | {name: _sealed(cipher, subject, text) for name, text in told.items()}


def _free(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in FREE & data.keys():
        if isinstance(data[name], str) and data[name] and not is_code(data[name]):
            yield name, data[name]


def _sealed(cipher: AESGCM, subject: UUID, text: str) -> str:
    nonce = secrets.token_bytes(12)
    sealed = cipher.encrypt(nonce, text.encode(), subject.bytes)
    return SubjectKey.MARK + base64.b64encode(nonce + sealed).decode()
