"""The environment is read strictly: nonsense stops the start and says what is meant."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chengnuo.config.env import POSTGRES_DEFAULTS, Environment, behind_a_pooler, database_from_url


def test_an_unset_or_blank_variable_takes_the_default():
    env = Environment({"CHENGNUO_BLANK": "  "})
    assert env.text("CHENGNUO_BLANK", "default") == "default"
    assert env.flag("CHENGNUO_ABSENT", default=True) is True
    assert env.number("CHENGNUO_ABSENT", 3, minimum=1, maximum=9) == 3
    assert env.words("CHENGNUO_ABSENT", ["a"]) == ["a"]
    assert env.path("CHENGNUO_ABSENT", Path("var")) == Path("var")


@pytest.mark.parametrize(("word", "meaning"), [("1", True), ("ON", True), ("no", False)])
def test_flags_take_the_usual_words(word, meaning):
    assert Environment({"CHENGNUO_X": word}).flag("CHENGNUO_X", default=not meaning) is meaning


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda env: env.flag("CHENGNUO_X", default=False), "maybe"),
        (lambda env: env.number("CHENGNUO_X", 1, minimum=1, maximum=9), "ten"),
        (lambda env: env.number("CHENGNUO_X", 1, minimum=1, maximum=9), "10"),
        (lambda env: env.choice("CHENGNUO_X", {"demo", "production"}, "demo"), "prod"),
    ],
)
def test_nonsense_is_refused_by_name(read, value):
    with pytest.raises(ImproperlyConfigured, match="CHENGNUO_X"):
        read(Environment({"CHENGNUO_X": value}))


def test_a_list_is_written_with_commas():
    env = Environment({"CHENGNUO_HOSTS": "a.example, b.example,"})
    assert env.words("CHENGNUO_HOSTS") == ["a.example", "b.example"]


def test_a_variable_that_nobody_reads_is_a_misspelling():
    env = Environment({"CHENGNUO_ENVIROMENT": "production", "PATH": "/bin"})
    env.choice("CHENGNUO_ENV", {"demo", "production"}, "demo")
    with pytest.raises(ImproperlyConfigured, match=r"CHENGNUO_ENVIROMENT.*CHENGNUO_ENV"):
        env.refuse_unread()


def test_without_a_url_the_database_is_sqlite_that_queues_its_writers():
    database = Environment({}).database("DATABASE_URL", Path("var/x.sqlite3"))
    assert database["NAME"] == "var/x.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert "synchronous=NORMAL" in database["OPTIONS"]["init_command"]


def test_a_sqlite_url_may_be_relative_or_absolute():
    assert database_from_url("sqlite:///var/a.sqlite3")["NAME"] == "var/a.sqlite3"
    assert database_from_url("sqlite:////srv/a.sqlite3")["NAME"] == "/srv/a.sqlite3"


def test_a_postgres_url_is_taken_apart():
    database = database_from_url(
        "postgresql://anna:p%40ss%2Fword@db.example:5433/chengnuo?sslmode=require"
    )
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("anna", "p@ss/word")
    assert (database["HOST"], database["PORT"]) == ("db.example", "5433")
    assert database["NAME"] == "chengnuo"
    assert database["OPTIONS"] == {
        **POSTGRES_DEFAULTS,
        "sslmode": "require",
        "options": "-c jit=off",
    }
    assert database["CONN_MAX_AGE"] == 600


def test_a_socket_directory_comes_as_an_option():
    database = database_from_url("postgres://anna@/chengnuo?host=/run/postgresql")
    assert database["HOST"] == "/run/postgresql"
    assert database["OPTIONS"] == {**POSTGRES_DEFAULTS, "options": "-c jit=off"}


def test_what_the_url_says_to_the_server_is_said_and_wins():
    database = database_from_url(
        "postgresql://anna@db/chengnuo?options=-c%20search_path%3Dutility&tcp_user_timeout=9000"
    )
    assert database["OPTIONS"] == {
        **POSTGRES_DEFAULTS,
        "options": "-c jit=off -c search_path=utility",
        "tcp_user_timeout": "9000",
    }


@pytest.mark.parametrize(
    ("where", "host", "port"),
    [
        ("db", "db", ""),
        ("db:6432", "db", "6432"),
        ("one,two", "one,two", ""),
        ("one:5433,two", "one,two", "5433,5432"),
        ("10.0.0.1:5433,[2001:db8::1]:5434", "10.0.0.1,2001:db8::1", "5433,5434"),
        ("[::1]", "::1", ""),
    ],
)
def test_several_hosts_stand_with_commas(where, host, port):
    database = database_from_url(
        f"postgresql://anna:p%40ss@{where}/chengnuo?target_session_attrs=read-write"
    )
    assert (database["HOST"], database["PORT"]) == (host, port)
    assert database["OPTIONS"]["target_session_attrs"] == "read-write"
    assert (database["USER"], database["PASSWORD"]) == ("anna", "p@ss")


def test_behind_a_pooler_nothing_is_kept_between_two_statements():
    database = behind_a_pooler(database_from_url("postgresql://anna@pooler:6432/chengnuo"))
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert database["OPTIONS"] == {**POSTGRES_DEFAULTS, "prepare_threshold": None}


def test_behind_a_pooler_what_the_url_says_stays():
    url = "postgresql://anna@pooler/chengnuo?options=-c%20search_path%3Dutility"
    told = behind_a_pooler(database_from_url(url))["OPTIONS"]["options"]
    assert told == "-c search_path=utility"


def test_sqlite_has_no_pooler():
    with pytest.raises(ImproperlyConfigured, match="CHENGNUO_POOLER"):
        behind_a_pooler(database_from_url("sqlite:///var/a.sqlite3"))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://anna:secret@db.example/chengnuo",
        "postgresql://anna:secret@db.example",
        "postgresql://anna:secret@db.example/one/two",
        "postgresql://anna:secret@db.example:port/chengnuo",
        "postgresql://anna:secret@db.example:99999/chengnuo",
        "postgresql://anna:secret@one,/chengnuo",
        "postgresql://anna:secret@one:,two/chengnuo",
        "postgresql://anna:secret@db.example/chengnuo?sslmod=require",
        "postgresql://anna:secret@db.example/chengnuo?host=/run/postgresql",
        "postgresql://anna:secret@db.example/chengnuo?sslmode",
        "sqlite://var/a.sqlite3",
        "sqlite:///",
        "chengnuo:secret",
    ],
)
def test_a_strange_url_is_refused_and_never_repeated(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refusal:
        database_from_url(url)
    assert "secret" not in str(refusal.value)
