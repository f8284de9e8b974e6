"""How long what is typed about units, posts and people may be: as long as their columns."""

from __future__ import annotations

from django.db.models import CharField, Model

from chengnuo.people.models import Organisation, OrganisationSetting, Post, Staff


def _of(model: type[Model], *names: str) -> dict[str, int]:
    columns = {name: model._meta.get_field(name) for name in names}
    return {
        name: column.max_length
        for name, column in columns.items()
        if isinstance(column, CharField) and column.max_length is not None
    }


OF_A_UNIT = _of(Organisation, "code", "name_zh", "name_en")
OF_A_POST = _of(Post, "title_zh", "title_en")
OF_A_PERSON = _of(Staff, "badge", "name", "name_en", "phone")
OF_A_LINE = _of(OrganisationSetting, "value")["value"]
