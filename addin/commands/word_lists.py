"""Columns whose words stand in the configuration: every spelling counts, the own names are offered."""

from __future__ import annotations

from collections.abc import Callable

from rules.answer import Fault
from rules.arrivals import mode_named
from rules.policy.kinds import named
from rules.policy.models import Rules
from rules.sku_words import site_code


def words_of(name: str, policy: Rules) -> tuple[tuple[str, ...], Callable[[str], bool]]:
    """The words to offer for a list that `Column.words` names, and whether a text is one of them.

    >>> from rules.policy.loader import packaged
    >>> offered, knows = words_of("产品阶段", packaged().rules)
    >>> offered, knows("测试"), knows("瞎写")
    (('新品', '测品', '正常', '淘汰'), True, False)
    """
    lists: dict[str, tuple[tuple[str, ...], Callable[[str], object]]] = {
        "产品阶段": (tuple(policy.product_tests.stages), lambda word: named(word, policy.product_tests.stages)),
        "站点": (tuple(policy.sku.sites), lambda word: _answers(lambda: site_code(word, policy.sku))),
        "运输方式": (
            (*policy.arrivals.modes, *policy.channels.spellings),
            lambda word: _answers(lambda: mode_named(word, policy)),
        ),
    }
    offered, knows = lists[name]
    return offered, lambda word: bool(knows(word))


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Fault:
        return False
    return True
