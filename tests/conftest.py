"""What every test stands on."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings


def pytest_configure(config: pytest.Config):
    """Argon2 is slow on purpose; a test that signs somebody in need not wait for it."""
    if config.pluginmanager.hasplugin("django"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def _tables_of_before(
    django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[Callable[[], None]]:
    """The tables as an earlier run migrated them; what it gives keeps them for the next."""
    from tests.migrated import tables  # noqa: PLC0415 - the pure rooms are tested without Django

    with django_db_blocker.unblock(), tables() as keep:
        yield keep


@pytest.fixture(scope="session")
def django_db_setup(_tables_of_before: Callable[[], None], django_db_setup: None) -> None:
    """pytest-django's own, which then finds nothing to migrate."""
    _tables_of_before()


@pytest.fixture(autouse=True)
def _nothing_remembered(request: pytest.FixtureRequest) -> Iterator[None]:
    """A rolled back database gives the same numbers to other companies: forget what they were."""
    yield
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        # Late, since the pure rooms are tested without Django.
        from chengnuo.obligations import regulation  # noqa: PLC0415
        from chengnuo.people import queries  # noqa: PLC0415

        for remembered in (regulation._compiled, regulation._releases, queries._roster):
            remembered.cache_clear()
