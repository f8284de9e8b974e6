"""What a request brings is bounded before it reaches memory or disk, at every address."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import pytest

from tests.doors.running.house import Browser, Served, serving

MIB = 1024 * 1024
HUGE = 200 * MIB


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    from tests.doors.running.house import SCENE, environment, run  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("bounds")
    spool = folder / "spool"
    spool.mkdir()
    with environment(folder / "var", url="") as env:
        run([*SCENE, "prepare", str(folder), "1"], env)
        with serving(env | {"TMPDIR": str(spool)}) as served:
            yield served, spool


def send(served: Served, path: str, head: str, chunked: bool, cookie: str = "") -> tuple[str, int]:
    """Send as much of a huge body as is taken; the answer's first line, and how much that was."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {HUGE}"
    words = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {head}\r\n"
    words += f"{length}\r\n{cookie}\r\n"
    block = b"x" * MIB
    piece = f"{MIB:x}\r\n".encode() + block + b"\r\n" if chunked else block
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
        line.sendall(words.encode())
        if not chunked and "multipart" in head:
            line.sendall(b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n')
        given = 0
        with contextlib.suppress(OSError):
            while given < HUGE:
                line.sendall(piece)
                given += MIB
        with contextlib.suppress(OSError):
            return line.recv(200).decode(errors="replace").split("\r\n")[0], given
    return "cut off", given


def memory(served: Served) -> int:
    """The most that any of its processes has held at once, in MiB."""
    peaks = []
    for pid in served.members():
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                peaks.append(int(line.split()[1]) // 1024)
    return max(peaks)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/sign-in/", "/", "/intake/", "/no-such-page/", "/progress/"])
@pytest.mark.parametrize(
    "head", ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded", "text/plain"]
)
def test_a_huge_body_reaches_neither_memory_nor_disk(served, path, head, chunked):
    server, spool = served
    before = memory(server)
    first, _given = send(server, path, head, chunked)
    assert first in (
        "cut off",
        "",
        "HTTP/1.1 413 Payload Too Large",
        "HTTP/1.1 411 Length Required",
    ) or first.startswith("HTTP/1.1 41")
    assert list(spool.iterdir()) == []
    assert memory(server) - before < 32


def test_a_made_up_session_opens_no_more(served):
    server, spool = served
    cookie = "Cookie: chengnuo_session=madeup\r\n"
    first, _ = send(server, "/sign-in/", "multipart/form-data; boundary=b", False, cookie)
    assert "41" in first or first in ("", "cut off")
    assert list(spool.iterdir()) == []


def test_the_page_says_how_much_is_taken(served):
    server, _ = served
    page = Browser(server.port, "zh-CN").post("/sign-in/", {"badge": "x" * 300_000})
    assert page.status == 413
    assert "提交的内容太大" in page.text
    part = Browser(server.port).post("/sign-in/", {"badge": "x" * 300_000}, HX_Request="true")
    assert (part.status, part.text) == (413, "")
    assert "x-why" in part.headers


@pytest.mark.parametrize("told", ["-1", "1e3", "٣", "99999999999999999999"])
def test_a_length_that_is_none_is_refused(served, told, rf, settings):
    from chengnuo.doors.web.kit.bounded import BoundedBody  # noqa: PLC0415

    request = rf.post("/sign-in/")
    request.META["CONTENT_LENGTH"] = told
    assert BoundedBody(lambda _: None)(request).status_code == 411
