"""The channels of a pack: which may be chosen at intake, what each is, and who may name one."""

import pytest

from chengnuo.packs.channels import by_hand, channel_for, comes_from_a_customer, usual
from chengnuo.packs.loader import shipped_packs
from chengnuo.packs.schema import ChannelShape
from tests.packs.shipped import shipped
from tests.packs.writing import changed, loaded, not_loaded, written
from tests.rules.world import pack

TITLE = {"zh": "渠道", "en": "Channel"}


def with_channels(**channels):
    own = {
        name: ChannelShape.model_validate({"title": TITLE, **given})
        for name, given in channels.items()
    }
    return pack("{}").model_copy(update={"channels": own})


def test_a_channel_may_be_chosen_unless_it_says_otherwise():
    offered = by_hand(with_channels(stand={}, robot={"by_hand": False}))
    assert "stand" in offered
    assert "robot" not in offered


def test_a_pack_that_names_none_has_the_usual_ones():
    assert [*by_hand(pack("{}"))] == [
        "phone", "counter", "wechat", "web", "app", "sms", "email", "letter", "transfer",
        "internal",
    ]  # fmt: skip
    assert [name for name, channel in usual().items() if channel.rings] == ["phone"]


def test_the_house_and_what_is_read_in_have_channels_of_their_own():
    own = with_channels(stand={}, office={"of": "house"}, archive={"of": "import"})
    assert (channel_for(own, "house"), channel_for(own, "import")) == ("office", "archive")
    assert [c for c in own.channels if comes_from_a_customer(own, c)] == ["stand"]
    bare = with_channels(stand={})
    assert (channel_for(bare, "house"), channel_for(bare, "import")) == ("internal", "import")


@pytest.mark.parametrize("name", shipped_packs())
def test_every_pack_that_ships_names_its_channels(name):
    assert shipped(name).pack.channels


FACT = {"type": "choice", "title": TITLE}
RULE = "rules/callback/when"


def asking(channel, **channels):
    text = changed("facts/channel", FACT, changed(RULE, {"channel": channel}))
    return changed("channels", {n: {"title": TITLE} for n in channels}, text) if channels else text


def test_the_fact_takes_the_channels_as_its_values(tmp_path):
    made = loaded(written(tmp_path / "own", asking("stand", stand=1, robot=1)))
    assert [*made.pack.facts["channel"].values] == ["stand", "robot"]
    made = loaded(written(tmp_path / "usual", asking("sms")))
    assert [*made.pack.facts["channel"].values] == [*usual()]


def test_a_rule_that_names_a_channel_which_the_pack_has_not_is_refused(tmp_path):
    found = not_loaded(written(tmp_path / "small", asking("phone", stand=1, robot=1)))
    assert "rules.callback: unknown value of channel 'phone'; known: robot, stand" in str(found)
