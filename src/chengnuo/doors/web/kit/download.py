"""A workbook that leaves the house."""

from __future__ import annotations

from django.http import HttpResponse

from chengnuo.reports.sheets import MEDIA_TYPE


def workbook_file(content: bytes, name: str) -> HttpResponse:
    """A workbook as a file of this name, which is ours or was made plain (filestore.plain_name)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)
