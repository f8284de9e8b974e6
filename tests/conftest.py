"""What every test stands on."""

import gc
import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.conf import settings


def pytest_configure(config: pytest.Config):
    """Argon2 is slow on purpose; a test that signs somebody in need not wait for it.

    Packs are hundreds of thousands of objects that stay: looking through them for rubbish as often
    as Python does by itself took a fifth of a run.
    """
    gc.set_threshold(50_000)
    if config.pluginmanager.hasplugin("django"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A test database on a server begins with the tables, see tests/migrated.py."""
    from django.db import connection  # noqa: PLC0415 - the pure rooms are tested without Django

    from tests.migrated import postgres_template  # noqa: PLC0415

    if connection.vendor == "postgresql":
        template = postgres_template(os.environ["DATABASE_URL"])
        connection.settings_dict["TEST"]["TEMPLATE"] = template
    else:
        # In memory: a runner of several would give it the name of a file, not knowing our engine.
        connection.settings_dict["TEST"]["NAME"] = None


@pytest.fixture(scope="session")
def _tables_in_memory(django_db_modify_db_settings: None, django_db_blocker: Any) -> Iterator[None]:
    from django.db import connection  # noqa: PLC0415

    from tests.migrated import fill_in_memory  # noqa: PLC0415

    if connection.vendor != "sqlite":
        yield
        return
    with closing(fill_in_memory(connection.creation._get_test_db_name())):
        yield


@pytest.fixture(scope="session")
def django_db_setup(_tables_in_memory: None, django_db_setup: None) -> None:
    """pytest-django's own, which then finds nothing to migrate."""


@pytest.fixture(autouse=True)
def _nothing_remembered(request: pytest.FixtureRequest) -> Iterator[None]:
    """A rolled back database gives the same numbers to other companies: forget what they were."""
    yield
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        # Late, since the pure rooms are tested without Django.
        from chengnuo.obligations import regulation  # noqa: PLC0415
        from chengnuo.people import queries, tenures  # noqa: PLC0415

        for remembered in (
            regulation._compiled,
            regulation._releases,
            queries._roster,
            tenures._remembered,
        ):
            remembered.cache_clear()
