"""The environment, read once, typed, and refused loudly where it makes no sense.

Every variable of ours starts with CHENGNUO_, except DATABASE_URL. A variable that is set and that
nobody read is a misspelling, and a misspelt safety switch is worse than none: `refuse_unread` stops
the start.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PREFIX = "CHENGNUO_"
NO_JIT = "-c jit=off"
POSTGRES_PORT = "5432"
HOST = re.compile(r"(?:(?P<name>[^\[\]:,]+)|\[(?P<six>[0-9A-Fa-f:.]+)\])(?::(?P<port>\d{1,5}))?")
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})

# What a PostgreSQL URL may say after its question mark, by libpq's names.
POSTGRES_OPTIONS = frozenset(
    {
        "application_name",
        "connect_timeout",
        "host",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "load_balance_hosts",
        "options",
        "sslcert",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
        "tcp_user_timeout",
    }
)
# A database that does not answer is away after five seconds, not after two minutes; one whose
# machine has vanished in the middle of a statement, after the times below. What the URL says wins.
POSTGRES_DEFAULTS = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",  # milliseconds
}


class Environment:
    """One reading of the process environment; remembers which names were asked for."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables
        self._known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self._known.add(name)
        return self._variables.get(name, "").strip() or default

    def choice(self, name: str, allowed: Iterable[str], default: str) -> str:
        value = self.text(name, default)
        names = sorted(allowed)
        if value not in names:
            raise ImproperlyConfigured(f"{name}={value!r}: one of {', '.join(names)} is meant")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name).lower()
        if not value:
            return default
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise ImproperlyConfigured(
            f"{name}={value!r}: on or off is meant (1/0, true/false, yes/no)"
        )

    def number(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        value = self.text(name, str(default))
        try:
            number = int(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name}={value!r}: a whole number is meant") from None
        if not minimum <= number <= maximum:
            raise ImproperlyConfigured(f"{name}={number}: between {minimum} and {maximum} is meant")
        return number

    def words(self, name: str, default: Iterable[str] = ()) -> list[str]:
        """A list written with commas."""
        value = self.text(name)
        if not value:
            return list(default)
        return [word.strip() for word in value.split(",") if word.strip()]

    def path(self, name: str, default: Path) -> Path:
        value = self.text(name)
        return Path(value).expanduser().resolve() if value else default

    def database(self, name: str, default_sqlite: Path) -> dict[str, Any]:
        url = self.text(name)
        return database_from_url(url, name) if url else sqlite(default_sqlite)

    def mail(self, name: str) -> dict[str, Any]:
        """A mail server as a URL; nothing where none is named."""
        url = self.text(name)
        return mail_from_url(url, name) if url else {}

    def refuse_unread(self) -> None:
        strangers = sorted(
            name for name in self._variables if name.startswith(PREFIX) and name not in self._known
        )
        if strangers:
            known = ", ".join(sorted(name for name in self._known if name.startswith(PREFIX)))
            raise ImproperlyConfigured(
                f"nobody reads {', '.join(strangers)}; a misspelling? Known are: {known}"
            )


MAIL_PORTS = {"smtp": 587, "smtps": 465, "plain": 25}


def mail_from_url(url: str, name: str) -> dict[str, Any]:
    """smtp:// asks for STARTTLS, smtps:// speaks TLS at once, plain:// stays in the house."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} is not a URL that can be read") from None
    if parts.scheme not in MAIL_PORTS or not parts.hostname:
        raise ImproperlyConfigured(f"{name}: smtp://user:password@host:port is meant")
    return {
        "host": parts.hostname,
        "port": port or MAIL_PORTS[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "starttls": parts.scheme == "smtp",
        "tls": parts.scheme == "smtps",
    }


def sqlite(path: Path | str) -> dict[str, Any]:
    """SQLite as a server wants it: readers never wait, and writers queue instead of failing.

    Django's own default, a deferred transaction, fails as "database is locked" as soon as two
    writers meet; IMMEDIATE takes the lock at the start and waits its turn.
    """
    return {
        "ENGINE": "chengnuo.config.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def database_from_url(url: str, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's words for postgresql://user:password@host:port/name?sslmode=… or sqlite:///path.

    Several hosts stand with commas, as libpq takes them: one,two:5433; `target_session_attrs` says
    which of them is meant. Never repeats the URL in a complaint: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    except ValueError:
        raise ImproperlyConfigured(f"{name} is not a URL that can be read") from None
    if parts.scheme == "sqlite":
        path = unquote(parts.path.removeprefix("/"))
        if parts.netloc or not path or parts.query:
            raise ImproperlyConfigured(
                f"{name}: sqlite:///file or sqlite:////directory/file is meant"
            )
        return sqlite(path)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{name}: postgresql:// or sqlite:/// is meant, not {parts.scheme or 'nothing'!r}"
        )
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise ImproperlyConfigured(f"{name} does not name a database: postgresql://host/NAME")
    strangers = sorted(set(options) - POSTGRES_OPTIONS)
    if strangers:
        raise ImproperlyConfigured(f"{name}: cannot take the option {', '.join(strangers)}")
    # A socket directory cannot stand where a host name stands, so it comes as ?host=/directory.
    socket_or_host = options.pop("host", "")
    who, _, where = parts.netloc.rpartition("@")
    if socket_or_host and where:
        raise ImproperlyConfigured(f"{name} names two hosts")
    hosts, ports = hosts_and_ports(where, name)
    user, _, password = who.partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": hosts or unquote(socket_or_host),
        "PORT": ports,
        # One connection per server thread, kept: connecting anew costs more than the query.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Compiling a query costs seconds here, and what it asks takes milliseconds. What the URL
        # says stands last and wins.
        "OPTIONS": POSTGRES_DEFAULTS
        | options
        | {"options": f"{NO_JIT} {options.get('options', '')}".strip()},
    }


def hosts_and_ports(where: str, name: str) -> tuple[str, str]:
    """What libpq takes for one:5433,[::1]: the hosts, and as many ports, each with commas.

    Where no port is told, none is given; where some are, the others are PostgreSQL's own.
    """
    if not where:
        return "", ""
    found = [HOST.fullmatch(one) for one in where.split(",")]
    hosts = [one["name"] or one["six"] for one in found if one]
    ports = [one["port"] or "" for one in found if one]
    if len(hosts) != len(found) or any(port and not 0 < int(port) < 65536 for port in ports):
        raise ImproperlyConfigured(f"{name}: host, host:port or several with commas are meant")
    told = ",".join(port or POSTGRES_PORT for port in ports) if any(ports) else ""
    return ",".join(unquote(host) for host in hosts), told


def limit_statements(database: dict[str, Any], *, seconds: int) -> None:
    """Let PostgreSQL end what a page asks for after so many seconds; nought: never. SQLite has
    nobody who could. Behind a pooler the limit is a setting of the role or the database there."""
    pooled = database.get("DISABLE_SERVER_SIDE_CURSORS", False)
    if not seconds or pooled or "postgresql" not in database["ENGINE"]:
        return
    options = database["OPTIONS"]
    told = options.get("options", "")
    # What the URL says stays.
    if "statement_timeout" not in told:
        options["options"] = f"{told} -c statement_timeout={seconds * 1000}".strip()


def behind_a_pooler(database: dict[str, Any]) -> dict[str, Any]:
    """The same database reached through PgBouncer or its like, where the next statement may go over
    another connection: nothing is kept on the server between two of them."""
    if "postgresql" not in database["ENGINE"]:
        raise ImproperlyConfigured("CHENGNUO_POOLER is for PostgreSQL: SQLite has no pooler")
    options = database["OPTIONS"] | {"prepare_threshold": None}
    # A pooler refuses a start-up parameter that it does not know: ours is left to the server, and
    # what the URL says stays.
    told = options.pop("options").removeprefix(NO_JIT).strip()
    options |= {"options": told} if told else {}
    return database | {"DISABLE_SERVER_SIDE_CURSORS": True, "OPTIONS": options}
