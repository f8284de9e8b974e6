"""The signing key where none was given: made once, kept, readable by us only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 50


def checked(key: str, name: str) -> str:
    """A key from the environment, refused where it could be guessed."""
    if len(key) < SHORTEST or len(set(key)) < 10:
        raise ImproperlyConfigured(
            f"{name} must be at least {SHORTEST} characters nobody can guess. One way to make it:\n"
            "    python -c 'import secrets; print(secrets.token_urlsafe(60))'"
        )
    return key


def kept_in(path: Path) -> str:
    """The key in this file, made on the first call, also when two processes start at once."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(60))
        try:
            os.link(draft, path)  # whole or not at all, and never over somebody else's
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text(encoding="ascii").strip()
    if len(key) < SHORTEST:
        raise ImproperlyConfigured(f"{path} holds no usable key; delete it and a new one is made")
    return key
