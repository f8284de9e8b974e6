"""Django's SQLite, but it never makes a database by opening it, and notices when its file is gone.

SQLite makes an empty database where there is none, and goes on writing into a file that was moved
away or removed: both look like a service that works, and what is saved is lost. Only
`chengnuo migrate` makes the file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db.backends.sqlite3 import base

IN_MEMORY = (":memory:", "file:")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows which file it opened; `_opened` is None for one in memory."""

    _opened: tuple[int, int] | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if self._path is not None:
            params["database"] = f"file:{quote(str(self._path.absolute()))}?mode=rw"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if self._path is not None and self._on_disk() is None:
            raise self._gone()
        connection = super().get_new_connection(conn_params)
        self._opened = self._on_disk()
        return connection

    def ensure_connection(self) -> None:
        self._let_go()
        super().ensure_connection()

    def close_if_unusable_or_obsolete(self) -> None:
        """Before and after a request: nothing may be raised here, no page would say it."""
        self._let_go()
        super().close_if_unusable_or_obsolete()

    def _let_go(self) -> None:
        """Leave a file that is no longer the one under its name, but not within a transaction."""
        if self.connection is not None and not self.in_atomic_block and self._left_behind():
            self.close()

    def _commit(self) -> None:
        """Nothing counts as saved that went into a file nobody finds again."""
        if self.connection is not None and self._left_behind():
            with self.wrap_database_errors:
                raise self._gone()
        super()._commit()  # type: ignore[misc]

    @property
    def _path(self) -> Path | None:
        name = str(self.settings_dict["NAME"])
        return None if name.startswith(IN_MEMORY) else Path(name)

    def _on_disk(self) -> tuple[int, int] | None:
        """Which file stands under the name now."""
        if self._path is None:
            return None
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _left_behind(self) -> bool:
        return self._opened is not None and self._on_disk() != self._opened

    def _gone(self) -> Exception:
        error: Exception = self.Database.OperationalError(
            f"unable to open database file: {self._path} is not there"
        )
        return error
