"""What a service asks at intake: which facts must be told, and what is wrong in saying so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chengnuo.packs.errors import Problem
from chengnuo.packs.names import facts_of_condition
from chengnuo.packs.reading import Document
from chengnuo.packs.schema import FactShape, Pack
from chengnuo.packs.triggers import condition
from chengnuo.rules.conditions import Value
from chengnuo.rules.words import Text


def missing_facts(*, pack: Pack, service: str, facts: Mapping[str, Value]) -> list[str]:
    """The facts that must be told at intake (`required_when` holds of what is told) and are not."""
    entry = pack.services.get(service)
    return [
        name
        for name in (entry.facts if entry else ())
        if facts.get(name) is None and name in pack.facts and _is_needed(pack.facts[name], facts)
    ]


def _is_needed(shape: FactShape, facts: Mapping[str, Value]) -> bool:
    return bool(shape.required_when) and condition(shape.required_when).holds(dict(facts)) is True


def asking_problems(pack: Pack, document: Document) -> list[Problem]:
    """A condition that names what no intake asks beside it would never hold: nobody would obey."""
    found: list[Problem] = []
    for name, shape in pack.facts.items():
        if not shape.required_when:
            continue
        where = document.place(("facts", name))
        bad = [*facts_of_condition(pack, shape.required_when), *_never_holds(pack, name, shape)]
        found += [Problem(where, p, f"facts.{name}") for p in bad]
    return found


def _never_holds(pack: Pack, name: str, shape: FactShape) -> Iterator[Text]:
    named = set(shape.required_when)
    if condition(shape.required_when).facts() - named:
        yield Text(
            f"情况 '{name}'：required_when 不能拿一项与另一项比较",
            f"fact '{name}': required_when compares no fact with another",
        )
    if name in named:
        yield Text(
            f"情况 '{name}'：required_when 不能以自身为条件",
            f"fact '{name}': required_when cannot depend on the fact itself",
        )
    asking = {i: s for i, s in pack.services.items() if name in s.facts}
    if not asking:
        yield Text(
            f"情况 '{name}' 有 required_when，但没有服务项目在受理时询问",
            f"fact '{name}' has required_when, but no service asks it at intake",
        )
    for service, entry in asking.items():
        for other in sorted(named - set(entry.facts) - {"channel", name}):
            yield Text(
                f"情况 '{name}'：required_when 的 '{other}' 在服务项目 '{service}' 受理时不询问",
                f"fact '{name}': required_when names '{other}', which service '{service}' "
                "does not ask at intake",
            )
