"""The settings as a process of its own reads them: safe by default, strict in production."""

import json
import os
import secrets
import subprocess
import sys

import pytest

from chengnuo.vault.keys import fresh_ring

SHOW = """
import json
from chengnuo.config import settings
names = ["DEBUG", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "STORAGES", "SECRET_KEY", "TIME_ZONE",
         "PUBLIC_ADDRESS"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def start(var, **variables):
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CHENGNUO_") and name != "DATABASE_URL"
    }
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**clean, "CHENGNUO_VAR": str(var), **variables},
        capture_output=True,
        text=True,
    )


def read(var, **variables):
    run = start(var, **variables)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_demo_starts_with_nothing_set(tmp_path):
    shown = read(tmp_path / "var")
    assert shown["DEBUG"] is False
    assert shown["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert shown["SESSION_COOKIE_SECURE"] is False
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert read(tmp_path / "var")["SECRET_KEY"] == shown["SECRET_KEY"]


def test_production_is_secure_unless_told_otherwise(tmp_path):
    key = secrets.token_urlsafe(60)
    shown = read(
        tmp_path,
        CHENGNUO_ENV="production",
        CHENGNUO_SECRET_KEY=key,
        CHENGNUO_DATA_KEYS=fresh_ring(),
    )
    assert shown["SESSION_COOKIE_SECURE"] is True
    assert shown["CSRF_COOKIE_SECURE"] is True
    assert shown["SECURE_SSL_REDIRECT"] is True
    assert shown["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert "Manifest" in shown["STORAGES"]["staticfiles"]["BACKEND"]
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "https://localhost"),
        ({"CHENGNUO_HOSTS": "service.example,10.0.0.7"}, "https://service.example"),
        ({"CHENGNUO_ADDRESS": "https://water.example/"}, "https://water.example"),
    ],
)
def test_links_to_customers_lead_to_a_name_that_we_answer_to(tmp_path, variables, address):
    key = {
        "CHENGNUO_ENV": "production",
        "CHENGNUO_SECRET_KEY": secrets.token_urlsafe(60),
        "CHENGNUO_DATA_KEYS": fresh_ring(),
    }
    assert read(tmp_path, **key, **variables)["PUBLIC_ADDRESS"] == address


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"CHENGNUO_ENV": "production"}, "CHENGNUO_SECRET_KEY"),
        ({"CHENGNUO_ENV": "production", "CHENGNUO_SECRET_KEY": "short"}, "CHENGNUO_SECRET_KEY"),
        ({"CHENGNUO_ENV": "production", "CHENGNUO_DEBUG": "on"}, "CHENGNUO_DEBUG"),
        (
            {"CHENGNUO_ENV": "production", "CHENGNUO_SECRET_KEY": secrets.token_urlsafe(60)},
            "chengnuo keys make",
        ),
        ({"CHENGNUO_DATA_KEYS": "1:short"}, "NAME:BASE64"),
        ({"CHENGNUO_ENV": "live"}, "demo, development, production"),
        ({"CHENGNUO_TIME_ZONE": "Beijing"}, "no such time zone"),
        ({"CHENGNUO_SECERT_KEY": "x"}, "CHENGNUO_SECERT_KEY"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(tmp_path, variables, complaint):
    run = start(tmp_path, **variables)
    assert run.returncode != 0
    assert complaint in run.stderr.splitlines()[-1] + run.stderr.splitlines()[-2]
