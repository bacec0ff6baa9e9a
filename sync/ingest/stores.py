"""Store names in exports: one canonical name per store and country.

The ERP writes ``LOMEESS-CA``, or ``LOMEESS`` with 加拿大 in another column; people have aliases. A
cell of several stores is no store.
"""

from __future__ import annotations

import re
from collections.abc import Callable

StoreNames = Callable[[str], str | None]
"""The canonical name of a store as anybody writes it; None when no store is known by it."""

COUNTRIES = {
    "CA": ("加拿大", "Canada"),
    "MX": ("墨西哥", "Mexico", "México"),
    "US": ("美国", "United States", "USA"),
    "BR": ("巴西", "Brazil"),
    "UK": ("英国", "United Kingdom", "GB"),
    "DE": ("德国", "Germany"),
    "FR": ("法国", "France"),
    "IT": ("意大利", "Italy"),
    "ES": ("西班牙", "Spain"),
    "NL": ("荷兰", "Netherlands"),
    "SE": ("瑞典", "Sweden"),
    "PL": ("波兰", "Poland"),
    "BE": ("比利时", "Belgium"),
    "JP": ("日本", "Japan"),
    "AU": ("澳洲", "澳大利亚", "Australia"),
    "AE": ("阿联酋", "United Arab Emirates"),
    "SA": ("沙特", "沙特阿拉伯", "Saudi Arabia"),
    "TR": ("土耳其", "Turkey"),
    "SG": ("新加坡", "Singapore"),
    "IN": ("印度", "India"),
}
_CODE = {word.casefold(): code for code, words in COUNTRIES.items() for word in (code, *words)}
_SEVERAL = re.compile(r"\s*[\n,，;；、|]\s*")


def parts_of(text: str) -> list[str]:
    """The distinct values of a cell that may hold several.

    >>> parts_of("A-1\\nA-2, A-1")
    ['A-1', 'A-2']
    """
    return list(dict.fromkeys(part for part in _SEVERAL.split(text) if part))


def canonical(written: str, country: str | None, names: StoreNames | None) -> str | None:
    """The canonical store; None when nobody knows it.

    With a country column the name with its country is tried first. Without a list of stores
    (`names` None) the name is taken as written, the country's code added where it lacks one.

    >>> canonical("LOMEESS", "加拿大", None), canonical("LOMEESS-CA", "加拿大", None)
    ('LOMEESS-CA', 'LOMEESS-CA')
    """
    code = _CODE.get(country.casefold()) if country else None
    carried = bool(code) and _carries(written, str(code))
    if names is None:
        return written if not code or carried else f"{written}-{code}"
    if country and not carried:
        for word in (f"{written}-{code}", f"{written}{country}", f"{written}-{country}"):
            found = names(word)
            if found is not None:
                return found
    return names(written)


def _carries(written: str, code: str) -> bool:
    """Whether a store's name ends with its country already."""
    text = written.casefold()
    words = (code, *COUNTRIES[code])
    return any(
        text.endswith(word.casefold())
        if not word.isascii()
        else re.search(rf"[-_ ]{re.escape(word.casefold())}$", text)
        for word in words
    )
