"""Common mistakes on the command line: one sentence each, no traceback."""

import os
import socket
import subprocess
import sys

import pytest


def chengnuo(*words, **variables):
    ours = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and "CHENGNUO" not in k}
    return subprocess.run(
        [sys.executable, "-m", "chengnuo.doors.cli", *words],
        env=ours | {"CHENGNUO_VAR": os.devnull + "/none"} | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "name a folder that may be written here"),
        ({"CHENGNUO_ENV": "prod"}, "one of demo, development, production is meant"),
        ({"CHENGNUO_ENVIRONMENT": "demo"}, "nobody reads CHENGNUO_ENVIRONMENT"),
        ({"DATABASE_URL": "mysql://x/y"}, "postgresql:// or sqlite:/// is meant"),
    ],
)
def test_wrong_settings_stop_the_start_with_one_sentence(tmp_path, variables, said):
    var = {"CHENGNUO_VAR": str(tmp_path)} if variables else {}
    told = chengnuo("migrate", **var, **variables)
    assert told.returncode == 1
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_a_port_that_is_taken_is_not_shared(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = chengnuo("serve", "--port", port, CHENGNUO_VAR=str(tmp_path))
    assert told.returncode == 1
    assert f"cannot listen on 127.0.0.1, port {port}" in told.stderr
    assert "--port" in told.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    told = chengnuo("notice", str(tmp_path / "cn-2027.yaml"), CHENGNUO_VAR=str(tmp_path))
    assert told.returncode == 1
    assert told.stderr.strip().endswith("cn-2027.yaml: No such file or directory")


def test_a_terminal_without_chinese_is_no_reason_to_stop(tmp_path):
    moment = ("--at", "2026-09-30T16:00+08:00")
    words = ("policy", "explain", "water-company", "complaint-first-reply", *moment)
    told = chengnuo(*words, PYTHONIOENCODING="ascii")
    assert told.returncode == 0
    assert "until Wed 30 Sep 2026, 17:00" in told.stdout


def test_a_company_that_the_demonstration_does_not_have_is_named_beside_those_it_has(tmp_path):
    told = chengnuo("demo", "--sign-ins", "xx", CHENGNUO_VAR=str(tmp_path))
    assert (told.returncode, told.stdout) == (2, "")
    assert "no company XX; there are DG, DA, DC, DW, DP, DS" in told.stderr
    assert not list(tmp_path.glob("*.sqlite3"))
