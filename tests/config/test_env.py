"""The environment is read strictly: nonsense stops the start and says what is meant."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chengnuo.config.env import Environment, database_from_url


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
        "sslmode": "require",
        "options": "-c jit=off",
        "connect_timeout": "5",
    }
    assert database["CONN_MAX_AGE"] == 600


def test_a_socket_directory_comes_as_an_option():
    database = database_from_url("postgres://anna@/chengnuo?host=/run/postgresql")
    assert database["HOST"] == "/run/postgresql"
    assert database["OPTIONS"] == {"options": "-c jit=off", "connect_timeout": "5"}


def test_what_the_url_says_to_the_server_is_said_and_wins():
    database = database_from_url("postgresql://anna@db/chengnuo?options=-c%20search_path%3Dutility")
    assert database["OPTIONS"] == {
        "options": "-c jit=off -c search_path=utility",
        "connect_timeout": "5",
    }


@pytest.mark.parametrize(
    "url",
    [
        "mysql://anna:secret@db.example/chengnuo",
        "postgresql://anna:secret@db.example",
        "postgresql://anna:secret@db.example/one/two",
        "postgresql://anna:secret@db.example:port/chengnuo",
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
