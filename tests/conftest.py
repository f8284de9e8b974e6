"""What every test stands on."""

import pytest
from django.conf import settings


def pytest_configure(config: pytest.Config):
    """Argon2 is slow on purpose; a test that signs somebody in need not wait for it."""
    if config.pluginmanager.hasplugin("django"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
