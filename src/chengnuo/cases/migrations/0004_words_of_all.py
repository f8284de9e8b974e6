"""Words for the cases that are there already, and the index over them.

Batch by batch, each committed for itself: interrupted, it goes on where it stopped.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.cases.finding.words import words_of

BATCH = 2000
# Words as they are, in no dictionary of the database's: tsvector made from an array.
POSTGRESQL = """
CREATE INDEX IF NOT EXISTS words_by_word ON cases_casewords
USING gin (array_to_tsvector(string_to_array(btrim(words), ' ')))
WITH (gin_pending_list_limit = 1024)
"""
# FTS5 keeps the index alone; the words stay in their table, and the triggers tell it of changes.
SQLITE = (
    """CREATE VIRTUAL TABLE cases_wordindex USING fts5(
        words, content='cases_casewords', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 tokenchars '#@'")""",
    "INSERT INTO cases_wordindex(cases_wordindex) VALUES ('rebuild')",
    """CREATE TRIGGER words_new AFTER INSERT ON cases_casewords BEGIN
        INSERT INTO cases_wordindex(rowid, words) VALUES (new.id, new.words); END""",
    """CREATE TRIGGER words_gone AFTER DELETE ON cases_casewords BEGIN
        INSERT INTO cases_wordindex(cases_wordindex, rowid, words)
        VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER words_changed AFTER UPDATE OF words ON cases_casewords BEGIN
        INSERT INTO cases_wordindex(cases_wordindex, rowid, words)
        VALUES ('delete', old.id, old.words);
        INSERT INTO cases_wordindex(rowid, words) VALUES (new.id, new.words); END""",
)
UNDONE = {
    "postgresql": ("DROP INDEX words_by_word",),
    "sqlite": (
        "DROP TRIGGER words_new",
        "DROP TRIGGER words_gone",
        "DROP TRIGGER words_changed",
        "DROP TABLE cases_wordindex",
    ),
}


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    case_model = apps.get_model("cases", "Case")
    words_model = apps.get_model("cases", "CaseWords")
    while rows := list(case_model.objects.filter(words__isnull=True).order_by("pk")[:BATCH]):
        words_model.objects.bulk_create(
            words_model(
                case_id=row.pk,
                organisation_id=row.organisation_id,
                lodged_at=row.lodged_at,
                words=words_of(
                    number=row.number,
                    narrative=row.narrative,
                    name=row.contact_name,
                    phone=row.contact_phone,
                    address=row.address,
                    confidential=row.confidential,
                ),
            )
            for row in rows
        )


def index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in (POSTGRESQL,) if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def unindex(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNDONE[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("cases", "0003_words"),)
    operations = (
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index, unindex),
    )
