"""What is pressed to call, and to find a place; both only where all may be seen in full."""

import pytest
from django.utils import translation

from chengnuo.doors.web.kit.templatetags.chengnuo import dial, on_map, on_map_at

LINK = '<a class="tel" href="tel:{}">{}</a>'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13800000001", LINK.format("13800000001", "13800000001")),
        ("010-12345678转801", LINK.format("01012345678,801", "010-12345678转801")),
        (
            "13800000001、13800000002",
            LINK.format("13800000001", "13800000001")
            + ", "
            + LINK.format("13800000002", "13800000002"),
        ),
        ("没有电话", "没有电话"),
        ("<b>", "<b>"),
        ("", "—"),
    ],
)
def test_every_number_of_a_field_is_dialled_by_itself(written, shown):
    with translation.override("en"):
        assert dial(written) == shown


def test_a_place_opens_on_the_map_of_the_device_or_of_the_house(settings):
    assert 'href="geo:0,0?q=%E7%A4%BA%E4%BE%8B%E8%B7%AF1%E5%8F%B7"' in on_map("示例路1号")
    assert on_map("") == "—"
    settings.MAP_LINK = "https://map.example/?q={place}&z=17"
    assert 'href="https://map.example/?q=39.900000%2C116.400000&amp;z=17"' in on_map_at(
        "示例路1号", 39.9, 116.4
    )
    assert "q=%22%3E%3Cb&amp;z=17" in on_map_at('"><b', None, 116.4)
