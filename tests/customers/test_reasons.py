"""A reason for looking that says something: about whom, what for. Others fit any look."""

from __future__ import annotations

import pytest

from chengnuo.customers.reasons import says_something

GOOD = [
    "客户来电核对",
    "核对来电",
    "回访投诉处理结果",
    "核对住址后派单",
    "核对户号",
    "联系客户",
    "上门抢修找不到门牌",
    "因工作需要核对住址后派单",
    "查看电话以便回访停水投诉",
    "用户反映无水，回电确认",
    "抢修人员在现场联系不上用户",
    "the customer calls about his meter",
    "call the customer back about the leak",
    "Call back: leak, DW-260309-00012",
    "checking the address before sending the crew",
    "need the telephone to arrange the repair visit",
    "12345转办，回电核对地址",
    "contact the customer",
    "papa of the customer called back",
    "DW-261130-00319 call",
    "DW-261130-00319催单",
]
EMPTY = [
    "",
    "x",
    "看",
    "查看",
    "工作需要",
    "因为工作需要",
    "因工作需要",
    "由于业务需要，查看信息",
    "正常业务需要",
    "查看客户信息",
    " 工 作 ",
    "没有理由",
    "我想看一下这个客户的电话号码",
    "不知道写什么",
    "你好你好世界",
    "呵呵客户呵呵",
    "阿斯顿",
    "DW-261130-00319",
    "DW-261130-00319 查看",
    "just wanted to see who it is",
    "I am curious",
    "hello world",
    "lorem ipsum dolor sit amet",
    "没有原因，随便看看",
    "了解情况",
    "测试测试测试",
    "测试 测试 测试 测试",
    "工作需要工作需要工作需要",
    "啊啊啊啊啊啊",
    "查看理由（将记录）",
    "请说明查看理由，查看将被记录。",
    "aaaaaa",
    "aaaaaaaaaaaa",
    "asdf",
    "asdfasdfasdf",
    "asdf asdf qwer zxcv",
    "qweasdzxc",
    "lkjhgfdsa poiuytrewq",
    "abcdefghij",
    "sdfgkjh sdkfjhg",
    "test test test",
    "testtesttest",
    "testing testing testing",
    "1234567890",
    "12345678 87654321",
    "。。。。。。",
    "just looking",
    "ＬＯＯＫＩＮＧ",
    "because I need it for my work",
    "Reason for access (viewing is logged)",
    "no reason at all needed",
    "information",
    "工\u200b作\u200b需\u200b要",
]


@pytest.mark.parametrize("why", GOOD)
def test_who_and_what_for_is_a_reason(why):
    assert says_something(why)


@pytest.mark.parametrize("why", EMPTY)
def test_what_fits_any_look_is_none(why):
    assert not says_something(why)


@pytest.mark.parametrize("why", GOOD)
def test_a_good_reason_is_none_the_worse_for_an_empty_one_beside_it(why):
    assert says_something(f"工作需要 {why} asdf 123")
