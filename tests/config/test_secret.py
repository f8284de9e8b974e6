"""The signing key is made once, by one of many, and kept to ourselves."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from chengnuo.config import secret


def test_the_key_is_made_once_and_nobody_else_may_read_it(tmp_path):
    path = tmp_path / "secret_key"
    key = secret.kept_in(path)
    assert len(key) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret.kept_in(path) == key
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_server_and_worker_starting_together_agree_on_one_key(tmp_path):
    path = tmp_path / "secret_key"
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: secret.kept_in(path), range(64)))
    assert len(keys) == 1


def test_an_emptied_key_file_is_refused(tmp_path):
    path = tmp_path / "secret_key"
    path.write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="no usable key"):
        secret.kept_in(path)


@pytest.mark.parametrize("key", ["", "changeme", "a" * 80, "abc" * 30])
def test_a_key_that_can_be_guessed_is_refused(key):
    with pytest.raises(ImproperlyConfigured, match="CHENGNUO_SECRET_KEY"):
        secret.checked(key, "CHENGNUO_SECRET_KEY")


def test_a_good_key_is_taken():
    key = secrets.token_urlsafe(60)
    assert secret.checked(key, "CHENGNUO_SECRET_KEY") == key
