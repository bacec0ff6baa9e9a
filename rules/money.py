"""Amounts and shares as people mean them: exact decimals, and short texts."""

from __future__ import annotations

from decimal import Decimal


def exact(number: float) -> Decimal:
    """The decimal that a number is written as, so that three times 0.3 is 0.9.

    >>> exact(0.3) * 3
    Decimal('0.9')
    """
    return Decimal(repr(float(number)))


def amount_text(amount: Decimal | float) -> str:
    """An amount with at most two decimals.

    >>> amount_text(1234567.5), amount_text(Decimal("3.00"))
    ('1234567.5', '3')
    """
    return _short(f"{amount:.2f}")


def percent_text(share: Decimal | float) -> str:
    """A share as a percentage with at most two decimals.

    >>> percent_text(0.3), percent_text(0.12345)
    ('30%', '12.35%')
    """
    return _short(f"{share:.2%}"[:-1]) + "%"


def _short(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
