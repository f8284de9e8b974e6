"""Every static file that a stylesheet or a script names is there, or production would not start."""

import os
import secrets
import subprocess
import sys

from chengnuo.vault.keys import fresh_ring


def test_production_gathers_all_static_files_under_lasting_names(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "chengnuo.config.settings",
            "CHENGNUO_ENV": "production",
            "CHENGNUO_SECRET_KEY": secrets.token_urlsafe(60),
            "CHENGNUO_DATA_KEYS": fresh_ring(),
            "CHENGNUO_VAR": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    gathered = {path.name for path in (tmp_path / "static").rglob("htmx.min.*.js*")}
    assert any(name.endswith(".js") for name in gathered)
    assert any(name.endswith(".js.gz") for name in gathered)
