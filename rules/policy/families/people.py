"""R60–R67: the directory and the checklists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Count, Words

Name = Annotated[str, StringConstraints(min_length=1)]
RuleId = Annotated[str, StringConstraints(pattern=r"^R\d\d$")]


class Contact(Frozen):
    """A person as far as the SOP introduces them; nobody's department is guessed."""

    full_name: str = ""
    departments: tuple[str, ...] = ()


class Directory(Frozen):
    """R60."""

    buyers: dict[str, Dated[Name]]
    """Category -> who buys it."""
    category_spellings: dict[str, tuple[str, ...]]
    """Category -> other names of it; a name of several categories is good while one person buys them all."""
    category_endings: tuple[str, ...]
    duties: dict[str, Dated[Name]]
    """Duty -> who has it."""
    duty_spellings: dict[str, tuple[str, ...]]
    """Duty, department or post -> other names of it."""
    duty_endings: tuple[str, ...]
    unnamed: dict[str, Dated[Name]] = Field(default_factory=dict)
    """Department or post that the SOP names without a person -> what it does."""
    acting: Words
    """Duties that are held for the time being only."""
    people: dict[str, Contact]

    @model_validator(mode="after")
    def _everybody_is_known(self) -> Self:
        named = {name for post in (*self.buyers.values(), *self.duties.values()) for name in post.every}
        acting = {duty for duties in self.acting.every for duty in duties}
        _all_known("people", named, self.people)
        _all_known("buyers", self.category_spellings, self.buyers)
        _all_known("duties", acting, self.duties)
        _all_known("duties", self.duty_spellings, {*self.duties, *self.unnamed})
        return self


class ApprovalStep(Frozen):
    """One step of a procedure. `who` is empty where the operator does it."""

    zh: str
    en: str
    sop: tuple[int, ...]
    who: str = ""


class Sentence(Frozen):
    """A text in both languages."""

    zh: str
    en: str


class Procedure(Frozen):
    """Steps in their order; `warning` is said with every answer."""

    rule: RuleId
    steps: Dated[Annotated[tuple[ApprovalStep, ...], Field(min_length=1)]]
    warning: Dated[Sentence] | None = None


class Sheet(Frozen):
    """What a correct row of a checklist looks like."""

    rule: RuleId
    columns: tuple[str, ...]
    allowed: dict[str, Words] = Field(default_factory=dict)
    """Column -> the only values it takes."""
    always: Words
    """Columns that every row needs."""
    needs: dict[str, dict[str, Words]] = Field(default_factory=dict)
    """Column -> its value -> further columns that a row with it needs."""
    due_days: Count | None = None
    """Days from the row's last date (or the day it serves) until it is due; None where the SOP has no rhythm."""

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        needed = {name for values in self.needs.values() for words in values.values() for name in _words(words)}
        _all_known("columns", {*self.allowed, *self.needs, *_words(self.always), *needed}, self.columns)
        for column, values in self.needs.items():
            if column in self.allowed:
                _all_known(f"allowed.{column}", values, _words(self.allowed[column]))
        return self


class Adjustment(Frozen):
    """How one kind of stock adjustment goes through; `signer` and `to` may be duties of the directory."""

    form: str = ""
    document: str = ""
    signer: str = ""
    to: str = ""
    attachments: tuple[str, ...] = ()


class Checklists(Frozen):
    """R61–R67."""

    procedures: dict[str, Procedure]
    procedure_spellings: dict[str, tuple[str, ...]]
    sheets: dict[str, Sheet]
    adjustments: dict[str, Dated[Adjustment]]
    adjustment_spellings: dict[str, tuple[str, ...]]
    warranty_forms: Words

    @model_validator(mode="after")
    def _spelled(self) -> Self:
        _all_known("procedures", self.procedure_spellings, self.procedures)
        _all_known("adjustments", self.adjustment_spellings, self.adjustments)
        return self


def _words(number: Words) -> set[str]:
    return {word for words in number.every for word in words}


def _all_known(place: str, named: Iterable[str], known: Iterable[str]) -> None:
    if strange := sorted(set(named) - set(known)):
        raise ValueError(f"{place} 里没有 {strange} / not among {place}")
