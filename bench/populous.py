"""A company with as many cases as one likes, their rows as large as real ones.

    DATABASE_URL=… python -m bench.populous 1000000

Cases of every kind are lodged and handled by the verbs (`modelled`); the database then copies
their rows, so that each table has the columns of the models, whatever is added to them. What makes
one case differ from another is put in place (`copying`). Cases lie evenly over two years; the
newest three in a hundred are open.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench import copying
from bench.modelled import KINDS, Scene, lodge_kind, lodge_late, real_customer
from bench.staffed import CODE, UNITS, House, found_house
from bench.telling import say
from bench.tellings import MATTERS, STREETS, customers, tellings
from bench.world import NOW, set_up

OPEN_IN_A_HUNDRED = 3
CASES_A_CUSTOMER = 4
# So many people are told apart; beyond that customers share name, telephone and address.
PEOPLE = 25_000
# Two in five closed cases were not called back on.
RATED = "mod(s.mixed, 5) < 3"
ANY = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN \
(SELECT conname FROM pg_constraint)"


def fill_world(*, cases: int) -> None:
    """The company and so many cases with all that belongs to them; in an empty database."""
    from django.db import connection

    from chengnuo.obligations.projections import rebuild
    from chengnuo.people.models import Organisation

    if Organisation.objects.filter(code=CODE).exists():
        raise SystemExit("this database has been filled already: take an empty one")
    begun = time.perf_counter()
    house = found_house()
    made, late = _handled(house)
    with connection.cursor() as cursor:
        filling = Filling(cursor, house, cases, begun)
        filling.told("model cases lodged and handled")
        # Neither triggers nor foreign keys are asked: what is written is copied from what was.
        cursor.execute("SET session_replication_role = replica")
        with _without_indexes(filling):
            _fill(filling, made, late)
        cursor.execute("SET session_replication_role = DEFAULT")
    rebuild()
    filling.told("projections rebuilt")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _left_out()
    filling.told("done")


def _handled(house: House) -> tuple[list[tuple[int, bool, Any]], Any]:
    """The model cases with their kind and whether they are closed; and the one that was late."""
    scene = Scene(house, real_customer(house))
    late = lodge_late(scene)
    kinds = [(kind, closed) for kind in range(len(KINDS)) for closed in (True, False)]
    return [(kind, closed, lodge_kind(scene, kind, closed=closed)) for kind, closed in kinds], late


@dataclass(slots=True)
class Filling:
    """What every statement of one filling needs."""

    cursor: Any
    house: House
    cases: int
    begun: float

    @property
    def customers(self) -> int:
        return max(1, self.cases // CASES_A_CUSTOMER)

    @property
    def people(self) -> int:
        return min(self.customers, PEOPLE)

    def told(self, what: str) -> None:
        say(what, f"{time.perf_counter() - self.begun:.0f} s")

    def run(self, statement: str) -> None:
        self.cursor.execute(statement, {"now": NOW, "company": self.house.company.pk, "code": CODE})

    def copy(self, model: Any, own: dict[str, str], source: str, moved: str = "s.shift") -> None:
        """A row for each of the source's: the `own` columns as they are said, moments moved with
        the case, and all else as in the model's row `m`."""
        columns = {}
        for field in model._meta.concrete_fields:
            value = own.get(field.column) or _as_it_was(field, moved)
            if value:
                columns[field.column] = value
        if unknown := own.keys() - columns.keys():
            raise SystemExit(f"{model._meta.db_table} has no {', '.join(sorted(unknown))} any more")
        names, values = ", ".join(columns), ", ".join(columns.values())
        self.run(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}")
        self.told(f"{model._meta.db_table}: {self.cursor.rowcount:,}")


def _as_it_was(field: Any, moved: str) -> str:
    """A column of the model's row; empty for a number that the database gives."""
    from django.db import models

    if isinstance(field, models.AutoField):
        return ""
    if isinstance(field, models.DateTimeField):
        return f"m.{field.column} + {moved}"
    if isinstance(field, models.DateField):
        return f"(m.{field.column} + {moved})::date"
    return f"m.{field.column}"


def _copied() -> list[Any]:
    """The tables that are filled, so that each is looked after once."""
    from chengnuo.callbacks.models import Assignment, Attempt, Rating
    from chengnuo.cases.models import Case, CaseTelephone, CaseWords, Contact
    from chengnuo.customers import models as archive
    from chengnuo.ledger.models import Entry
    from chengnuo.obligations.models import Breach, Docket, Escalation, Evidence, Obligation

    kept = [archive.Customer, archive.ServiceLocation, archive.CustomerAccount]
    more = [archive.CustomerAgreement, archive.UsagePoint, archive.Meter]
    return [
        Assignment, Attempt, Rating, Case, CaseTelephone, CaseWords, Contact, Entry, Breach, Docket,
        Escalation, Evidence, Obligation, *kept, *more,
    ]  # fmt: skip


@contextmanager
def _without_indexes(filling: Filling) -> Iterator[None]:
    """An index that is built at the end takes a fraction of one that every row goes into; and
    nobody tidies up behind us what is tidied at the end."""
    tables = [model._meta.db_table for model in _copied()]
    filling.cursor.execute(ANY, [tables])
    found = filling.cursor.fetchall()
    for table in tables:
        filling.run(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    for name, _ in found:
        filling.cursor.execute(f'DROP INDEX "{name}"')
    yield
    filling.told("rows written")
    filling.cursor.execute("SET maintenance_work_mem = '512MB'")
    for _, definition in found:
        filling.cursor.execute(definition)
    for table in tables:
        filling.run(f"ALTER TABLE {table} RESET (autovacuum_enabled)")
    filling.told("indexes built")


def _fill(filling: Filling, made: list[tuple[int, bool, Any]], late: Any) -> None:
    _pools(filling)
    _models(filling, made)
    _spread(filling)
    _customers(filling)
    _dockets(filling)
    _cases(filling)
    _callbacks(filling)
    _breaches(filling, late)
    _numbers(filling)


def _pools(filling: Filling) -> None:
    """What is told and who tells it, with the words that the product's own code writes."""
    from django.db import connection

    pools = (
        ("telling", copying.TELLING, tellings()),
        ("person", copying.PERSON, customers(filling.people)),
    )
    for table, statement, rows in pools:
        filling.run(statement)
        with connection.connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        filling.run(f"ANALYZE {table}")
    filling.told("what is told, and by whom")


def _models(filling: Filling, made: list[tuple[int, bool, Any]]) -> None:
    """The model cases, by kind and by whether they are closed, and all their rows."""
    from chengnuo.obligations.models import Docket

    filling.run(copying.MODEL)
    for place, (kind, closed, case) in enumerate(made):
        unit = Docket.objects.get(pk=case.docket_id).handling_unit_id
        filling.cursor.execute(
            "INSERT INTO model SELECT %s, %s, %s, %s, %s, %s, %s, %s, count(*) FROM ledger_entry "
            "WHERE subject = %s",
            [place, kind, closed, case.lodged_at, case.docket_id, case.pk, case.number, unit,
             case.docket_id],
        )  # fmt: skip
    filling.run("ANALYZE model")


def _shares(column: str, shares: Iterable[tuple[int, int]]) -> str:
    """One value for each share of a whole, one after the other; the last takes what is over."""
    *given, (_, last) = shares
    upto, found = 0, []
    for share, value in given:
        upto += share
        found.append(f"WHEN {column} < {upto} THEN {value}")
    return f"{' '.join(found)} ELSE {last}"


def _spread(filling: Filling) -> None:
    """What is each case's own: when, which kind, whose, by whom, and its place in the ledger."""
    units = [(share, filling.house.units[code].pk) for code, _name, share, _people in UNITS]
    kinds = [(share, place) for place, (_s, _c, share, _f) in enumerate(KINDS)]
    matters = [(share, place) for place, (share, _told) in enumerate(MATTERS)]
    filling.run(
        copying.SPREAD.format(
            cases=filling.cases,
            open=max(1, filling.cases * OPEN_IN_A_HUNDRED // 100),
            customers=filling.customers,
            streets=STREETS,
            kinds=_shares("mod(mixed, 1000)", kinds),
            units=_shares("mod(mixed / 1000 + n * 7, 1000)", units),
            matters=_shares("mod(mixed * 31 + n * 7919, 1000000)", matters),
        )
    )
    filling.run("ANALYZE spread")
    filling.told("when, whose and by whom")


def _rows_of(filling: Filling, model: Any, column: str, of: str) -> str:
    """The rows of the model cases in a table, each with its place; joined to the cases."""
    table = model._meta.db_table
    filling.run(
        f"CREATE TEMP TABLE model_{table} AS SELECT r.*, d.id AS model, "
        f"row_number() OVER (PARTITION BY d.id ORDER BY r.id) AS part "
        f"FROM {table} r JOIN model d ON r.{column} = d.{of}"
    )
    filling.run(f"ANALYZE model_{table}")
    return f"spread s JOIN model_{table} m ON m.model = s.model"


def _customers(filling: Filling) -> None:
    """Customers with their premises, account, agreement and meter, in the order of coming."""
    from chengnuo.customers import models as archive

    kept = (
        (archive.Customer, copying.CUSTOMER),
        (archive.ServiceLocation, copying.LOCATION),
        (archive.CustomerAccount, copying.ACCOUNT),
        (archive.CustomerAgreement, copying.AGREEMENT),
        (archive.UsagePoint, copying.POINT),
        (archive.Meter, copying.METER),
    )
    for model, own in kept:
        filling.copy(
            model,
            own,
            f"generate_series(1, {filling.customers}) s(n) "
            f"JOIN person p ON p.id = mod(s.n, {filling.people}), "
            f"(SELECT * FROM {model._meta.db_table} WHERE id < {copying.FIRST_CUSTOMER}) m",
            moved=copying.CAME,
        )


def _dockets(filling: Filling) -> None:
    """What rules say of each case, and what was recorded of it."""
    from chengnuo.ledger.models import Entry
    from chengnuo.obligations.models import Docket, Evidence, Obligation

    filling.copy(Docket, copying.DOCKET, _rows_of(filling, Docket, "id", "docket_id"))
    kept = ((Obligation, copying.OBLIGATION), (Evidence, copying.EVIDENCE))
    for model, own in kept:
        filling.copy(model, own, _rows_of(filling, model, "docket_id", "docket_id"))
    filling.copy(Entry, copying.ENTRY, _rows_of(filling, Entry, "subject", "docket_id"))


def _cases(filling: Filling) -> None:
    from chengnuo.cases.models import Case, CaseTelephone, CaseWords, Contact

    told = copying.TOLD.format(people=filling.people)
    filling.copy(Case, copying.CASE, f"{_rows_of(filling, Case, 'id', 'case_id')} {told}")
    kept = (
        (CaseTelephone, copying.TELEPHONE),
        (CaseWords, copying.WORDS),
        (Contact, copying.CONTACT),
    )
    for model, own in kept:
        filling.copy(model, own, f"{_rows_of(filling, model, 'case_id', 'case_id')} {told}")


def _callbacks(filling: Filling) -> None:
    """Who called whom, and what was answered, for a share of the cases."""
    from chengnuo.callbacks.models import Assignment, Attempt, Rating

    rated = f"{_rows_of(filling, Rating, 'case_id', 'case_id')} WHERE {RATED}"
    filling.copy(Rating, copying.RATING, rated)
    for model, own in ((Attempt, copying.ATTEMPT), (Assignment, copying.ASSIGNMENT)):
        table = model._meta.db_table
        filling.run(
            f"CREATE TEMP TABLE model_{table} AS SELECT r.*, o.model, o.part AS of_part, "
            f"row_number() OVER (PARTITION BY o.model ORDER BY r.id) AS part "
            f"FROM {table} r JOIN model_obligations_obligation o ON o.id = r.obligation_id"
        )
        source = f"spread s JOIN model_{table} m ON m.model = s.model WHERE {RATED}"
        filling.copy(model, own, source)


def _breaches(filling: Filling, late: Any) -> None:
    """A breach for every promise that was broken; whom the escalation reached of those that are."""
    from chengnuo.obligations.models import Breach, Escalation

    broken = "obligations_obligation o, {model} m WHERE o.broken_at IS NOT NULL AND o.docket_id \
        NOT IN (SELECT docket_id FROM obligations_obligation r JOIN obligations_breach b \
        ON b.obligation_id = r.id)"
    for model in (Breach, Escalation):
        table = model._meta.db_table
        filling.run(
            f"CREATE TEMP TABLE model_{table} AS SELECT * FROM {table} WHERE obligation_id = "
            f"(SELECT r.id FROM obligations_obligation r JOIN obligations_breach b "
            f"ON b.obligation_id = r.id WHERE r.docket_id = '{late.docket_id}' "
            "ORDER BY r.id LIMIT 1)"
        )
    still = f"{broken.format(model='model_obligations_escalation')} AND o.kept_at IS NULL"
    filling.copy(Escalation, copying.ESCALATION, still, moved="interval '0'")
    source = broken.format(model="model_obligations_breach")
    filling.copy(Breach, copying.BREACH, source, moved="interval '0'")


def _numbers(filling: Filling) -> None:
    """The chain's head and the next numbers stand where the rows end."""
    filling.run(
        "UPDATE ledger_chainhead SET seq = (SELECT max(seq) FROM ledger_entry "
        "WHERE organisation_id = %(company)s) WHERE organisation_id = %(company)s"
    )
    for model in _copied():
        table = model._meta.db_table
        if "customers" in table:
            filling.run(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) "
                f"FROM {table}))"
            )


def _left_out() -> None:
    """Say loudly which tables hold rows of the model cases and were not copied."""
    from django.apps import apps

    copied = _copied()
    for model in apps.get_models():
        related = {f.related_model for f in model._meta.concrete_fields if f.is_relation}
        if model in copied or not related & set(copied):
            continue
        if number := model._default_manager.count():
            say(f"NOT COPIED: {model._meta.db_table}", f"{number:,}", "projections may be")


if __name__ == "__main__":
    set_up()
    fill_world(cases=int(sys.argv[1]))
