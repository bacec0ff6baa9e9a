"""R10: every spelling of a lane or channel in use, and the lane it means."""

from __future__ import annotations

from rules.answer import Fault, Ledger, Word
from rules.errors import Code
from rules.plain_text import bare
from rules.policy.kinds import Channel
from rules.policy.models import Rules

F_CHANNEL = Code(
    "F-205",
    "没有运输方式“{found}”",
    "no lane or channel “{found}”",
    "可用:{expected}",
    "use one of {expected}",
)


def channel_named(book: Ledger, written: str, policy: Rules) -> Channel:
    """The lane that a text means; an ambiguous spelling is marked 解读. Raises F-205 (#N/A).

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> channel_named(Ledger("R10", date(2025, 4, 3)), "海派", packaged().rules)
    '整柜'
    """
    folded = bare(written)
    for channel, spellings in policy.channels.spellings.items():
        if folded == channel or folded in spellings:
            if why := policy.channels.ambiguous.get(folded):
                book.mark(Word.READING, why, f"{folded} is read as {channel}")
            return channel
    raise Fault("#N/A", F_CHANNEL, found=written, expected=", ".join(policy.channels.spellings))
