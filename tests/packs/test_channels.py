"""Which of a pack's channels may be chosen at intake: all but those that say otherwise."""

from chengnuo.packs.channels import by_hand
from chengnuo.packs.schema import ChannelShape
from tests.rules.world import pack


def test_a_channel_may_be_chosen_unless_it_says_otherwise():
    title = {"zh": "渠道", "en": "Channel"}
    own = {
        "stand": ChannelShape.model_validate({"title": title}),
        "robot": ChannelShape.model_validate({"title": title, "by_hand": False}),
    }
    offered = by_hand(pack("{}").model_copy(update={"channels": own}))
    assert "stand" in offered
    assert "robot" not in offered
