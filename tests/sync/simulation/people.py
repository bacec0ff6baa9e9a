"""Operators: what people do to a sheet between two saves, and the colleagues who drop exports of the ERP."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.sync.simulation.book import Formula, Row, Sheet
from tests.sync.simulation.model import DATA, MSKU, REMARK, STORE, Key, Model, key_of

SHOP = "LOMEESS-CA"
MSKUS = "ABCDEFGH"
Edit = Callable[[Sheet], None]
"""Done to a sheet by key, so that it can be done to the one before a round and to the one after it."""


class Operators:
    """People with habits, by one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def edit(self, sheet: Sheet, model: Model) -> tuple[str, Edit]:
        """What somebody does next to a sheet, in words and as a deed."""
        kind = self._chance.choices([name for name, _ in HABITS], [weight for _, weight in HABITS])[0]
        keys = [key for row in sheet.rows if (key := key_of(row)) is not None]
        key = self._chance.choice(keys) if keys else None
        return kind, getattr(self, f"_{kind}")(sheet, model, key) or _nothing

    def _type(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        title = self._chance.choice(DATA)
        value = self._chance.choice([None, 1.0, 2.0, 3.0, 77.0, 78.0])
        return _set(key, title, value)

    def _type_back(self, sheet: Sheet, model: Model, key: Key | None) -> Edit:
        """What stood there before a round."""
        places = [(place, cell[0]) for done in model.rounds[-3:] for place, cell in done.cells.items()]
        if not places:
            return _nothing
        (key, title), before = self._chance.choice(places)
        return _set(key, title, before)

    def _agree(self, sheet: Sheet, model: Model, _key: Key | None) -> Edit:
        """Types what the ERP says."""
        if not model.asked:
            return _nothing
        (key, title), (_, _, theirs) = self._chance.choice(sorted(model.asked.items(), key=str))
        return _set(key, title, theirs)

    def _remark(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        return _set(key, REMARK, self._chance.choice([None, "已问采购", "=不是公式", "00123", 12.5]))

    def _own_column(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        return _set(key, "自用", self._chance.choice([None, "记号", 5.0]))

    def _formula(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        return _set(key, self._chance.choice(DATA), Formula("3+4"))

    def _sort(self, sheet: Sheet, _model: Model, _key: Key | None) -> Edit:
        title, down = self._chance.choice([MSKU, *DATA]), self._chance.random() < 0.5
        return lambda one: one.rows.sort(key=lambda row: str(row.get(title)), reverse=down)

    def _shuffle(self, sheet: Sheet, _model: Model, _key: Key | None) -> Edit:
        seed = self._chance.random()
        return lambda one: random.Random(seed).shuffle(one.rows)

    def _blank_row(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        return lambda one: one.rows.insert(_at(one, key), {})

    def _draft(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        return lambda one: one.rows.insert(_at(one, key), {STORE: SHOP, REMARK: "草稿"})

    def _tidy_up(self, sheet: Sheet, _model: Model, _key: Key | None) -> Edit:
        """Drafts and blank rows go, and of a doubled row the second."""

        def done(one: Sheet) -> None:
            seen: set[Key] = set()
            kept: list[Row] = []
            for row in one.rows:
                key = key_of(row)
                if key is not None and key not in seen:
                    seen.add(key)
                    kept.append(row)
            one.rows[:] = kept

        return done

    def _own_row(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        """A row for goods that the ERP lists later, or never, with numbers or without."""
        new = (SHOP, self._chance.choice([*MSKUS, "Z"]))
        row: Row = {STORE: new[0], MSKU: new[1], REMARK: "自己加的"}
        if self._chance.random() < 0.5:
            row[DATA[0]] = self._chance.choice([1.0, 2.0, 77.0])

        def done(one: Sheet) -> None:
            if new not in {key_of(other) for other in one.rows}:
                one.rows.insert(_at(one, key), dict(row))

        return done

    def _double(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        def done(one: Sheet) -> None:
            rows = [row for row in one.rows if key is not None and key_of(row) == key]
            one.rows.extend(dict(row) for row in rows[:1])

        return done

    def _delete(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        def done(one: Sheet) -> None:
            one.rows[:] = [row for row in one.rows if key is None or key_of(row) != key]

        return done

    def _clear_key(self, sheet: Sheet, _model: Model, key: Key | None) -> Edit:
        return _set(key, MSKU, None)

    def _move_column(self, sheet: Sheet, _model: Model, _key: Key | None) -> Edit:
        one, other = self._chance.sample(range(len(sheet.titles)), 2)

        def done(sheet: Sheet) -> None:
            sheet.titles.insert(other, sheet.titles.pop(one))

        return done

    def _look(self, sheet: Sheet, _model: Model, _key: Key | None) -> Edit:
        """Saved without a change."""
        return _nothing


HABITS = (
    ("type", 30), ("type_back", 10), ("agree", 8), ("remark", 20), ("own_column", 6), ("formula", 4), ("sort", 10),
    ("shuffle", 4), ("blank_row", 3), ("draft", 3), ("tidy_up", 14), ("own_row", 6), ("double", 3), ("delete", 4),
    ("clear_key", 2), ("move_column", 6), ("look", 4),
)  # fmt: skip


def _nothing(_sheet: Sheet) -> None:
    """Nobody did anything."""


def _set(key: Key | None, title: str, value: object) -> Edit:
    def done(sheet: Sheet) -> None:
        for row in sheet.rows:
            if key is not None and key_of(row) == key and title in sheet.titles:
                row.pop(title, None)
                if value is not None:
                    row[title] = value  # type: ignore[assignment]
                return

    return done


def _at(sheet: Sheet, key: Key | None) -> int:
    return next((at for at, row in enumerate(sheet.rows) if key_of(row) == key), len(sheet.rows))
