"""Whether the service stands: what is missing, behind, or set aside. One list for the command
`doctor`, for the page of those who keep the house, and for the figures of the watch.

Nothing here repairs anything, and nothing fails because something else is missing: what cannot be
asked is a finding too.
"""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from chengnuo.cases.models import Case
from chengnuo.ledger import aside, heartbeat
from chengnuo.ledger.models import ChainHead, OutboxMessage
from chengnuo.obligations.models import RUNNING, Breach, Obligation
from chengnuo.obligations.regulation import NoRegulation, notices, regulation_for, release_in_force
from chengnuo.people.queries import companies
from chengnuo.rules.words import Text

FINE, LOOK, BAD = "fine", "look", "bad"
BEHIND = timedelta(minutes=2)
PUBLISHED_BY = 12  # The notice of a year comes in autumn; from December on one asks for it.
GIB = 1024**3
LITTLE, NEXT_TO_NOTHING = 5 * GIB, GIB // 2
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
CHINESE_FONTS = ("cjk", "wqy", "sourcehan", "uming", "ukai", "simsun", "droidsansfallback")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was looked at, how it stands, and what to do; `facts` are for machines."""

    check: str
    level: str
    says: Text
    do: Text = field(default_factory=lambda: Text("", ""))
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What should have happened by now."""

    clocks: int
    clocks_since: datetime | None
    messages: int
    messages_since: datetime | None

    def behind(self, now: datetime) -> timedelta:
        """For how long the oldest has waited."""
        since = min((m for m in (self.clocks_since, self.messages_since) if m), default=now)
        return max(now - since, timedelta())


def backlog(*, now: datetime) -> Backlog:
    """Clocks that ran out and were not looked at, messages that are due and not delivered."""
    stuck = aside.held_back(step="clocks", now=now)
    clocks = Obligation.objects.filter(RUNNING, next_at__lt=now).exclude(docket_id__in=stuck)
    waiting = OutboxMessage.objects.filter(
        delivered_at__isnull=True, aside_at__isnull=True, not_before__lt=now
    )
    first = clocks.order_by("next_at").values_list("next_at", flat=True).first()
    oldest = waiting.order_by("not_before").values_list("not_before", flat=True).first()
    return Backlog(clocks.count(), first, waiting.count(), oldest)


def findings(*, now: datetime) -> list[Diagnosis]:
    """Everything that is looked at, in the order in which one would mend it."""
    found = [*_database()]
    if all(one.level != BAD for one in found):
        for check in (_clock, _workers, _backlog, _aside, _packs, _notices):
            found += _asked(check, now)
    for look in (_disk, _private, _static, _fonts, _short_messages):
        found += look(now)
    return found


def _asked(check: Callable[[datetime], Iterator[Diagnosis]], now: datetime) -> list[Diagnosis]:
    try:
        return list(check(now))
    except Exception as error:
        name = check.__name__.lstrip("_")
        says = Text(f"无法检查：{error}", f"cannot be checked: {error}")
        return [Diagnosis(name, BAD, says)]


def _database() -> Iterator[Diagnosis]:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, OSError) as error:
        if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
            name = connection.settings_dict["NAME"]
            yield _lost(Text(f"数据库文件不在：{name}", f"The database file is not there: {name}"))
            return
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        yield Diagnosis(
            "database", BAD,
            Text(f"数据库无法连接：{said}", f"The database cannot be reached: {said}"),
            Text("启动数据库，核对 DATABASE_URL", "Start the database; check DATABASE_URL"),
        )  # fmt: skip
        return
    if not executor.loader.applied_migrations:
        yield _lost(Text("数据库是空的", "The database is empty"))
        return
    yield Diagnosis(
        "database", FINE, Text("数据库可以连接", "The database answers"),
        facts={"vendor": connection.vendor},
    )  # fmt: skip
    if plan:
        names = [f"{step.app_label}.{step.name}" for step, _back in plan]
        yield Diagnosis(
            "migrations", BAD,
            Text(f"数据库缺{len(plan)}项更新", f"The database lacks {len(plan)} migrations"),
            Text("运行 chengnuo migrate", "Run chengnuo migrate"), {"missing": names},
        )  # fmt: skip
    else:
        yield Diagnosis("migrations", FINE, Text("数据库已是最新", "The database is up to date"))


def _lost(says: Text) -> Diagnosis:
    """An empty database in the place of a full one would hide the loss: the backup comes first."""
    return Diagnosis(
        "database", BAD, says,
        Text(
            "停止服务和工作进程，从备份恢复；从未有过数据的新安装才运行 chengnuo migrate",
            "Stop server and worker, restore it from the backup; only a new installation that "
            "never held data runs chengnuo migrate",
        ),
    )  # fmt: skip


def _clock(now: datetime) -> Iterator[Diagnosis]:
    off = heartbeat.clock_off_by(now=now, steady=heartbeat.steady()).total_seconds()
    level = FINE if abs(off) <= heartbeat.MOST_OFF.total_seconds() else BAD
    zh = f"本机时钟与数据库相差{off:+.0f}秒"
    en = f"This machine's clock is {off:+.0f} s off the database's"
    if connection.vendor != "postgresql":
        zh = f"本机时钟与台账和上次心跳相差{off:+.0f}秒（SQLite没有自己的时钟）"
        en = f"This machine's clock is {off:+.0f} s off the ledger and the last beat"
    do = Text(
        "校准时钟（如启用 systemd-timesyncd）；确认无误的，用 chengnuo worker --trust-clock 启动",
        "Set the clock (systemd-timesyncd does); if it is right: chengnuo worker --trust-clock",
    )
    yield Diagnosis(
        "clock", level, Text(zh, en), do if level == BAD else Text("", ""), {"off": off}
    )


def _workers(now: datetime) -> Iterator[Diagnosis]:
    alive = heartbeat.alive(now=now)
    wrong = [beat.worker for beat in alive if not beat.judges]
    facts = {"alive": [beat.worker for beat in alive], "not_judging": wrong}
    if not alive:
        yield Diagnosis(
            "workers", BAD,
            Text("没有工作进程，时限不走，消息不发", "No worker: no clock runs, nothing goes out"),
            Text("启动 chengnuo worker", "Start chengnuo worker"), facts,
        )  # fmt: skip
    elif len(wrong) == len(alive):
        yield Diagnosis(
            "workers", BAD,
            Text("工作进程时钟不准，均不判定", "The workers' clocks are wrong: none judges"),
            Text("校准时钟", "Set the clocks"), facts,
        )  # fmt: skip
    else:
        yield Diagnosis(
            "workers", LOOK if wrong else FINE,
            Text(
                f"{len(alive)}个工作进程，其中{len(wrong)}个因时钟不准不判定",
                f"{len(alive)} at work; {len(wrong)} of them judge nothing: wrong clock",
            ) if wrong else Text(f"{len(alive)}个工作进程在运行", f"{len(alive)} at work"),
            Text("校准时钟", "Set the clocks") if wrong else Text("", ""), facts,
        )  # fmt: skip


def _backlog(now: datetime) -> Iterator[Diagnosis]:
    waits = backlog(now=now)
    behind = waits.behind(now)
    level = FINE if behind < BEHIND else BAD if behind > timedelta(hours=1) else LOOK
    facts = {
        "clocks": waits.clocks, "messages": waits.messages,
        "behind_seconds": round(behind.total_seconds()),
    }  # fmt: skip
    minutes = round(behind.total_seconds() / 60)
    yield Diagnosis(
        "backlog", level,
        Text(
            f"积压：时限{waits.clocks}项、消息{waits.messages}条，最久{minutes}分钟",
            f"Waiting: {waits.clocks} clocks, {waits.messages} messages, {minutes} min at most",
        ),
        Text("增加或重启工作进程，查看其日志", "Start or add workers; read their log")
        if level != FINE else Text("", ""),
        facts,
    )  # fmt: skip


def _aside(now: datetime) -> Iterator[Diagnosis]:
    rows, failing = aside.waiting(), aside.failing()
    number, trying = rows.count(), failing.count()
    facts = {"aside": [f"{r.step} {r.subject}" for r in rows], "failing": trying}
    if number:
        yield Diagnosis(
            "set-aside", BAD,
            Text(f"{number}项多次失败，已搁置", f"{number} failed too often and are set aside"),
            Text("在“运行状况”查看原因并重试", "See System status: cause, retry"),
            facts,
        )  # fmt: skip
    else:
        yield Diagnosis(
            "set-aside", LOOK if trying else FINE,
            Text(f"没有搁置；{trying}项失败后自动重试", f"None set aside, {trying} tried again"),
            facts=facts,
        )  # fmt: skip


def _packs(now: datetime) -> Iterator[Diagnosis]:
    without = []
    for company in companies():
        try:
            regulation_for(digest=release_in_force(company=company, at=now), company=company)
        except NoRegulation:
            without.append(company.code)
    if without:
        names = ", ".join(without)
        yield Diagnosis(
            "regulation", BAD,
            Text(f"没有生效制度的单位：{names}", f"No regulation is in force for: {names}"),
            Text("运行 chengnuo install", "Run chengnuo install"), {"without": without},
        )  # fmt: skip
    else:
        yield Diagnosis("regulation", FINE, Text("制度均已生效", "Every regulation is in force"))


def _notices(now: datetime) -> Iterator[Diagnosis]:
    here = timezone.localtime(now)
    published = {notice.year for notice in notices()}
    provisional = Obligation.objects.filter(RUNNING).exclude(unpublished=[]).count()
    wanted = [here.year, here.year + 1] if here.month >= PUBLISHED_BY else [here.year]
    missing = [year for year in wanted if year not in published]
    later = here.year + 1
    level = BAD if here.year in missing else LOOK if missing or provisional else FINE
    years = "、".join(str(year) for year in missing)
    zh, en = "放假通知齐备", "The holiday notices are there"
    if missing:
        zh, en = f"缺少{years}年放假通知", f"No holiday notice for {', '.join(map(str, missing))}"
    elif later not in published:
        zh, en = f"{later}年放假通知尚未载入", f"The holiday notice for {later} is not loaded yet"
    zh += f"；{provisional}项时限为暂定"
    en += f"; {provisional} due times are provisional"
    do = Text("公布后运行 chengnuo notice", "Run chengnuo notice when it is published")
    facts = {"missing": missing, "next_year": later in published, "provisional": provisional}
    yield Diagnosis("notices", level, Text(zh, en), do if level != FINE else Text("", ""), facts)


def _disk(now: datetime) -> Iterator[Diagnosis]:
    place = Path(settings.VAR)
    free = shutil.disk_usage(place).free
    level = FINE if free > LITTLE else BAD if free < NEXT_TO_NOTHING else LOOK
    text = Text(f"{place} 剩余{free / GIB:.1f} GB", f"{free / GIB:.1f} GB are free in {place}")
    do = Text("腾出磁盘空间", "Make room on the disk") if level != FINE else Text("", "")
    try:
        probe = place / ".doctor"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        text = Text(f"{place} 无法写入：{error.strerror}", f"{place}: {error.strerror}")
        level, do = BAD, Text("恢复写入权限", "Make it writable")
    yield Diagnosis("disk", level, text, do, {"free_bytes": free})


def _private(now: datetime) -> Iterator[Diagnosis]:
    open_to = stat.S_IMODE(Path(settings.VAR).stat().st_mode) & 0o077
    yield Diagnosis(
        "privacy", LOOK if open_to else FINE,
        Text(f"{settings.VAR} 其他用户可读", f"Other users of this machine may read {settings.VAR}")
        if open_to else Text("数据目录仅本用户可读", "The data folder is private"),
        Text(f"chmod 700 {settings.VAR}", f"chmod 700 {settings.VAR}") if open_to else Text("", ""),
    )  # fmt: skip


def _static(now: datetime) -> Iterator[Diagnosis]:
    there = not settings.PRODUCTION or (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file()
    yield Diagnosis(
        "static", FINE if there else BAD,
        Text("页面资源齐备", "The pages' files are there") if there
        else Text("页面资源未收集", "The pages' files were not gathered"),
        Text("", "") if there
        else Text("运行 django-admin collectstatic", "Run django-admin collectstatic"),
    )  # fmt: skip


def _fonts(now: datetime) -> Iterator[Diagnosis]:
    """Browsers bring their own; only what is printed or photographed on this machine needs one."""
    there = _chinese_font()
    yield Diagnosis(
        "fonts", FINE if there else LOOK,
        Text("本机有中文字体", "A Chinese font is installed") if there
        else Text("本机没有中文字体，在本机打印会缺字", "No Chinese font: prints lack characters"),
        Text("", "") if there else Text("安装 fonts-noto-cjk", "Install fonts-noto-cjk"),
    )  # fmt: skip


def _chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if lister:
        told = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, check=False)  # noqa: S603
        return bool(told.stdout.strip())
    files = (f.name.lower().replace("-", "") for p in FONT_FOLDERS for f in p.rglob("*.[ot]t[fc]"))
    return any(word in name for name in files for word in CHINESE_FONTS)


def _short_messages(now: datetime) -> Iterator[Diagnosis]:
    file = Path(settings.SMS_FILE)
    closed = file.parent.glob(f"{file.stem}-*{file.suffix}")
    late = sorted(
        f.name for f in closed if f.stat().st_mtime < (now - timedelta(days=1)).timestamp()
    )
    yield Diagnosis(
        "short-messages", LOOK if late else FINE,
        Text(f"{len(late)}个短信文件未被取走", f"{len(late)} files of short messages not taken")
        if late else Text("短信文件均已取走", "No file of short messages waits"),
        Text("网关取走后改名为 ….taken", "Rename each to ….taken once it is taken")
        if late else Text("", ""),
        {"files": late},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is of what, in all companies."""

    cases: int
    cases_open: int
    promises_running: int
    promises_overdue: int
    breaches: int
    ledger_entries: int


def figures_of_work() -> Figures:
    running = Obligation.objects.filter(RUNNING)
    return Figures(
        cases=Case.objects.count(),
        cases_open=Case.objects.filter(closed_at=None).count(),
        promises_running=running.count(),
        promises_overdue=running.filter(broken_at__isnull=False).count(),
        breaches=Breach.objects.filter(obligation__annulled_at__isnull=True).count(),
        ledger_entries=sum(ChainHead.objects.values_list("seq", flat=True)),
    )
