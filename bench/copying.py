"""What makes one copy of a model case differ from another, as the database is told it.

`s` is a row of `spread` (one case), `m` a row of the model's, `t` what is told and `p` who tells
it. `mod` stands for the remainder, because a per cent sign in a statement is a parameter.
"""

from __future__ import annotations

SPREAD = """
CREATE TEMP TABLE spread AS
SELECT *, %(code)s || to_char(lodged, '-YYYYMMDD-')
    || lpad((seq + 1)::text, greatest(5, length((seq + 1)::text)), '0') AS number
FROM (
    SELECT n, mixed, placed.closed, lodged, m.id AS model, lodged - m.base AS shift,
        m.number AS was_number, m.unit AS was_unit,
        (lpad(to_hex(n), 8, '0') || '-0001-7000-8000-000000000000')::uuid AS docket,
        (lpad(to_hex(n), 8, '0') || '-0002-7000-8000-000000000000')::uuid AS own_case,
        (first_seq + sum(m.entries) OVER (ORDER BY n) - m.entries)::bigint AS seq,
        CASE {units} END AS unit,
        1 + mod(mixed * 7 + n, {customers}) AS customer,
        (CASE {matters} END) * {streets} + mod(mixed / 7, {streets}) AS telling
    FROM (
        SELECT n, mixed, n <= {cases} - {open} AS closed, CASE {kinds} END AS kind,
            %(now)s::timestamptz - ({cases} - n) * (interval '730 days' / {cases})
                - interval '30 seconds' AS lodged
        FROM (
            SELECT n, mod(abs(hashint8(n)::bigint), 1000000) AS mixed
            FROM generate_series(1::bigint, {cases}) n
        ) counted
    ) placed
    JOIN model m ON m.kind = placed.kind AND m.closed = placed.closed,
    (SELECT max(seq) AS first_seq FROM ledger_entry WHERE organisation_id = %(company)s) begun
) told
ORDER BY n
"""
MODEL = """
CREATE TEMP TABLE model (id int, kind int, closed bool, base timestamptz, docket_id uuid,
    case_id uuid, number text, unit bigint, entries bigint)
"""
PERSON = """
CREATE TEMP TABLE person (id bigint PRIMARY KEY, place text, words text, name text, phone text,
    case_name text, case_phone text, contact_phone text, name_key text, phone_key text)
"""
TELLING = "CREATE TEMP TABLE telling (id bigint PRIMARY KEY, narrative text, words text)"
# Customers are numbered from here; before them stands the model's.
FIRST_CUSTOMER = 10
TOLD = "JOIN telling t ON t.id = s.telling JOIN person p ON p.id = mod(s.customer, {people})"

# Of the promises with a due moment - three in ten - so many in a hundred were broken, which is one
# in fifty of all; of a thousand so many were paused.
BROKEN_IN_A_HUNDRED = 7
PAUSED_IN_A_THOUSAND = 3
# The id of a copied row: of the n-th case, of its kind of row, and which of the model's it is.
_ID = "(lpad(to_hex(s.n), 8, '0') || '-{mark}-7000-8000-' || lpad(to_hex({part}), 12, '0'))::uuid"
OBLIGATION_OF = _ID.format(mark="0003", part="m.of_part")
UNIT = "CASE WHEN m.{column} = s.was_unit THEN s.unit ELSE m.{column} END"
_SEEN = """(SELECT jsonb_object_agg(key, to_jsonb(value::timestamptz + s.shift))
FROM jsonb_each_text(m.seen))"""
# When what still runs of an open case is due: some of it since days, most of it in weeks.
_DUE = (
    "(%(now)s::timestamptz + (mod(s.mixed + s.n * 31, 1000) - 100 + m.part * 4) "
    "* interval '30 minutes')"
)
_RUNS = "NOT s.closed AND m.kept_at IS NULL AND m.voided_at IS NULL AND m.due_at IS NOT NULL"
_KEPT = "s.closed AND m.due_at IS NOT NULL AND m.kept_at IS NOT NULL"
_BREAKS = f"{_KEPT} AND mod(s.mixed + s.n * 37 + m.part * 41, 100) < {BROKEN_IN_A_HUNDRED}"
_PAUSED = f"{_KEPT} AND mod(s.mixed + s.n * 7 + m.part * 13, 1000) < {PAUSED_IN_A_THOUSAND}"
_PAUSE = """jsonb_build_array(jsonb_build_object('reason', 'customer-absent', 'status', 'approved',
'start', to_jsonb(m.start_at + s.shift), 'cap', to_jsonb(m.due_at + s.shift),
'end', to_jsonb(m.start_at + (m.due_at - m.start_at) / 2 + s.shift), 'due_without', '[]'::jsonb))"""
_MOVED = f"CASE WHEN {_RUNS} THEN {_DUE} ELSE m.{{column}} + s.shift END"

DOCKET = {
    "id": "s.docket",
    "subject": "s.number",
    "seen": _SEEN,
    "handling_unit_id": UNIT.format(column="handling_unit_id"),
    "accepting_unit_id": "m.accepting_unit_id",
}
OBLIGATION = {
    "id": _ID.format(mark="0003", part="m.part"),
    "docket_id": "s.docket",
    "unit_id": UNIT.format(column="unit_id"),
    "due_at": _MOVED.format(column="due_at"),
    "act_by": _MOVED.format(column="act_by"),
    "next_at": f"CASE WHEN {_RUNS} AND {_DUE} > %(now)s THEN {_DUE} END",
    "kept_at": f"CASE WHEN {_BREAKS} THEN greatest(m.kept_at, m.due_at + interval '2 hours') "
    "+ s.shift WHEN m.kept_at > m.due_at THEN m.due_at + s.shift ELSE m.kept_at + s.shift END",
    "broken_at": f"CASE WHEN {_BREAKS} THEN m.due_at + s.shift "
    f"WHEN {_RUNS} AND {_DUE} <= %(now)s THEN {_DUE} END",
    "standstills": f"CASE WHEN {_PAUSED} THEN {_PAUSE} ELSE m.standstills END",
}
EVIDENCE = {"id": _ID.format(mark="0004", part="m.part"), "docket_id": "s.docket"}
CASE = {
    "id": "s.own_case",
    "docket_id": "s.docket",
    "number": "s.number",
    "narrative": "t.narrative",
    "narrative_salt": "md5(s.number)",
    "customer_id": f"s.customer + {FIRST_CUSTOMER}",
    "location_id": f"s.customer + {FIRST_CUSTOMER}",
    "contact_name": "p.case_name",
    "contact_phone": "p.case_phone",
    "address": "p.place",
    "urged": "CASE WHEN mod(s.mixed, 17) = 0 THEN 1 + mod(s.mixed, 3) ELSE 0 END",
    "supervised_at": "CASE WHEN mod(s.mixed, 53) = 0 THEN s.lodged + interval '1 hour' END",
    "confidential": "mod(s.mixed, 71) = 0",
    "token": "md5(s.number || 'token')",
}
WORDS = {
    "case_id": "s.own_case",
    "words": """' @' || lower(replace(s.number, '-', '')) || ' @' ||
        split_part(s.number, '-', 2) || split_part(s.number, '-', 3) || ' @' ||
        split_part(s.number, '-', 3) || ' ' || t.words ||
        CASE WHEN mod(s.mixed, 71) = 0 THEN '' ELSE ' ' || p.words END || ' '""",
}
TELEPHONE = {"case_id": "s.own_case", "key": "p.phone_key"}
CONTACT = {
    "case_id": "s.own_case",
    "customer_id": f"s.customer + {FIRST_CUSTOMER}",
    "phone": "p.contact_phone",
    "phone_key": "p.phone_key",
    "need": "t.narrative",
}
RATING = {
    "case_id": "s.own_case",
    "satisfied": "mod(s.mixed, 20) <> 0",
    "score": "CASE WHEN mod(s.mixed, 20) = 0 THEN 2 ELSE 4 + mod(s.mixed, 2) END",
    "solved": "mod(s.mixed, 20) <> 0",
}
ATTEMPT = {"obligation_id": OBLIGATION_OF, "token": "md5(s.number || m.part)"}
ASSIGNMENT = {"obligation_id": OBLIGATION_OF}
ENTRY = {
    "seq": "s.seq + m.part",
    "subject": "s.docket",
    "payload": "replace(m.payload, s.was_number, s.number)",
}
BREACH = {
    "obligation_id": "o.id",
    "unit_id": "o.unit_id",
    "role": "o.role",
    "rule": "o.rule",
    "broken_at": "o.broken_at",
    "detected_at": "o.broken_at + interval '5 seconds'",
}
ESCALATION = {
    "obligation_id": "o.id",
    "reached_at": "o.broken_at + m.level * interval '1 minute'",
    "told_at": "o.broken_at + m.level * interval '1 minute'",
}
# Of a customer: his own number, and of everything that hangs on him the same.
_OWN = f"s.n + {FIRST_CUSTOMER}"
CUSTOMER = {
    "id": _OWN,
    "number": "'P1' || lpad(s.n::text, 7, '0')",
    "name": "p.name",
    "name_key": "p.name_key",
    "phone": "p.phone",
    "phone_key": "p.phone_key",
    "customer_class": "(ARRAY['residential', 'residential', 'residential', 'residential', "
    "'residential', 'commercial_industrial', 'batch', 'special', 'potential', 'key'])"
    "[1 + mod(s.n, 10)]",
}
LOCATION = {"id": _OWN, "customer_id": _OWN, "address": "p.place"}
ACCOUNT = {"id": _OWN, "customer_id": _OWN, "number": "'P1-H' || s.n"}
AGREEMENT = {"id": _OWN, "account_id": _OWN, "location_id": _OWN, "number": "'P1-C' || s.n"}
POINT = {"id": _OWN, "location_id": _OWN, "number": "'P1-P' || s.n"}
METER = {"id": _OWN, "usage_point_id": _OWN, "serial_number": "'P1M' || s.n"}
CAME = "(300 - mod(s.n, 660)) * interval '1 day'"
