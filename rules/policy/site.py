"""Where things are: the `site:` section of config.yaml. Never a secret."""

from __future__ import annotations

import re
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rules.policy.meanings import STAGES, Warehouse, differing, entries

_HERE = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$")
_SERVER = re.compile(r"postgresql\+psycopg://(?:[^\s/@?#]+@)?[^\s/@?#]*/[^\s/@?#]+(?:\?[^\s#]*)?")
_SECRET = re.compile(r"://[^/@]*:[^/@]*@|[?&](?:password|passfile|sslpassword)=", re.IGNORECASE)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_SPAN = re.compile(rf"{_TIME.pattern}-{_TIME.pattern}")


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, allow_inf_nan=False)


class Store(_Frozen):
    """A store in one country, and every name that people and exports give it."""

    name: str = Field(min_length=1)
    site: str = ""
    brand: str = ""
    aliases: tuple[str, ...] = ()


class Inbox(_Frozen):
    """A folder that exports are dropped into; `store` is given to files that name none."""

    path: Path
    store: str | None = None


class Workbook(_Frozen):
    """A workbook kept in agreement, wherever it is; `tabs` maps our tab names to renamed ones."""

    name: str = Field(min_length=1)
    tabs: dict[str, str] = {}


class FileWorkbook(Workbook):
    """A workbook file."""

    path: Path

    def file(self, folder: Path) -> Path:
        """Its file; paths start in `folder`, that of config.yaml."""
        return folder / self.path


AnyWorkbook = FileWorkbook
"""What an entry of `site.workbooks` can be, told apart by what it names."""


Role = Literal["operator", "lead", "it"]
"""What a user of the service may do, each more than the one before."""


class ServiceUser(_Frozen):
    """Somebody who may ask the service. The token stands in an environment variable, or only its hash stands here."""

    name: str = Field(min_length=1, max_length=100)
    role: Role = "operator"
    """operator: preview, run, settle; lead: also take rounds back; it: all."""
    token_env: str = ""
    token_sha256: str = Field(default="", pattern="^([0-9a-f]{64})?$")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.token_env) == bool(self.token_sha256):
            raise ValueError(
                f"{self.name} 要有 token_env 或 token_sha256 之一 / needs one of token_env and token_sha256"
            )
        return self


class Server(_Frozen):
    """The service whose state a PC's buttons work on (`qlc serve --sync`); the token stands in an environment variable."""

    url: str = Field(pattern=r"^https?://[^/\s?#@]+$")
    token_env: str = Field(min_length=1)
    certificate: Path | None = None
    """The certificate of an authority of one's own that signed the server's."""

    @field_validator("url")
    @classmethod
    def _private(cls, url: str) -> str:
        if url.startswith("http:") and not _HERE.match(url):
            raise ValueError(f"{url} 要用 https:令牌不能明着传 / must be https: the token would be readable")
        return url


class Service(_Frozen):
    """Where `qlc serve` listens. Any `host` but this computer needs certificate, key, names and users."""

    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=0, le=65535)
    names: tuple[str, ...] = ()
    """Host names and addresses that clients write, beside those of this computer."""
    origins: tuple[str, ...] = ()
    """Web pages that may ask, as ``https://host[:port]``."""
    certificate: Path | None = None
    key: Path | None = None
    users: tuple[ServiceUser, ...] = ()

    @field_validator("users")
    @classmethod
    def _known_once(cls, users: tuple[ServiceUser, ...]) -> tuple[ServiceUser, ...]:
        names = [user.name for user in users]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"用户 {twice} 写了两次 / user {twice} stands twice")
        return users


class Cadence(_Frozen):
    """How often a workbook is looked at although nothing seems to have changed, and when not at all."""

    every_minutes: int = Field(default=15, ge=1, le=1440)
    quiet: tuple[str, ...] = ()
    """Hours without rounds, as ``22:00-07:00`` by the clock of `timezone`; across midnight where the first is later."""

    @field_validator("quiet")
    @classmethod
    def _spans(cls, spans: tuple[str, ...]) -> tuple[str, ...]:
        for span in spans:
            if not _SPAN.fullmatch(span) or span[:5] == span[6:]:
                raise ValueError(f"{span} 不是一段时间,如 22:00-07:00 / is no span of hours, as 22:00-07:00")
        return spans


class Schedule(Cadence):
    """When the service runs rounds by itself; `workbooks` have their own."""

    workbooks: dict[str, Cadence] = {}
    rounds: Literal["here", "workers"] = "here"
    """Who runs them: processes beside the service, or `qlc sync worker` on any number of machines."""

    def of(self, workbook: str) -> Cadence:
        """The cadence of a workbook."""
        return self.workbooks.get(workbook, self)


class Alerts(_Frozen):
    """Where the service tells people that something needs them: the bot of a group. Its address is a secret."""

    kind: Literal["wecom", "dingtalk", "feishu", "json"]
    webhook_env: str = Field(min_length=1)
    """The environment variable that holds the address."""
    secret_env: str = ""
    """… and the one with the secret that messages are signed with (DingTalk, Feishu)."""


class Jobs(_Frozen):
    """What the service does beside rounds, at which times of the day (``09:00``, by the clock of `timezone`)."""

    digest: tuple[str, ...] = ()
    """The reports and meetings that are due (R34), to the chat of `alerts`."""
    warnings: tuple[str, ...] = ()
    """What `qlc doctor` finds wrong, to the chat of `alerts` where there is one."""
    backup: tuple[str, ...] = ()
    """A copy of the state."""

    @field_validator("digest", "warnings", "backup")
    @classmethod
    def _times(cls, times: tuple[str, ...]) -> tuple[str, ...]:
        if strange := next((text for text in times if not _TIME.fullmatch(text)), None):
            raise ValueError(f"{strange} 不是一个时刻,如 09:00 / is no time of day, as 09:00")
        return times

    def times(self) -> dict[str, tuple[str, ...]]:
        """The times of each job that has any."""
        return {name: times for name in type(self).model_fields if (times := getattr(self, name))}


class Guards(_Frozen):
    """When a round must not go on by itself (sync.md, Guards)."""

    max_change_percent: float = Field(default=80, ge=0, le=100)
    """Share of a tab's cells of one owner that one round may change."""
    max_change_count: int = Field(default=200_000, ge=0)
    """… or the number of cells, whichever is reached first; a tab below `small_tab` cells is exempt."""
    max_mark_percent: float = Field(default=20, ge=0, le=100)
    max_mark_count: int = Field(default=200, ge=0)
    small_tab: int = Field(default=20, ge=0)
    missing_columns_percent: float = Field(default=30, ge=0, le=100)
    """A file lacking this share of the columns that the last one had is held (header drift)."""
    scope_share: float = Field(default=0.8, ge=0, le=1)
    """A row counts as no longer listed only in a file with this share of its pair's known rows."""


class Site(_Frozen):
    """Everything about one installation that is no business rule.

    Relative paths are relative to the folder of config.yaml.
    """

    timezone: str = "Asia/Shanghai"
    state: str = Field(default="state", min_length=1)
    """A folder, or the address of a PostgreSQL database that several machines share; never with its password."""
    inbox: tuple[Inbox, ...] = ()
    stores: tuple[Store, ...] = ()
    workbooks: tuple[AnyWorkbook, ...] = ()
    column_aliases: dict[str, dict[str, tuple[str, ...]]] = {}
    """tab -> our column title -> other titles the team uses."""
    export_aliases: dict[str, dict[str, tuple[str, ...]]] = {}
    """report -> our field name -> other titles the ERP uses."""
    warehouses: tuple[Warehouse, ...] = ()
    """What each warehouse is; goes before the names that ship with the product."""
    statuses: dict[str, dict[str, tuple[str, ...]]] = {}
    """report -> what it says of the goods -> states; goes before those that ship with the product."""
    max_age_days: dict[str, Annotated[int, Field(ge=0, le=36_500)]] = {}
    """report -> days after which its values are no longer taken."""
    guards: Guards = Guards()
    schedule: Schedule = Schedule()
    alerts: Alerts | None = None
    jobs: Jobs = Jobs()
    service: Service = Service()
    server: Server | None = None
    """Who runs the rounds for this computer; without one it does so itself."""
    backups: int = Field(default=10, ge=0)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder of zones, a name too long for a file
            raise ValueError("不认识这个时区,如 Asia/Shanghai / unknown time zone, as Asia/Shanghai") from error
        return name

    @field_validator("state")
    @classmethod
    def _place(cls, state: str) -> str:
        if "://" not in state:
            return state
        if _SECRET.search(state):
            raise ValueError(
                "地址里不能写密码,放进环境变量 PGPASSWORD / a password never stands here: put it into PGPASSWORD"
            )
        if not _SERVER.fullmatch(state):
            raise ValueError(
                "要写文件夹,或 postgresql+psycopg://用户@主机:端口/库 / "
                "wants a folder, or postgresql+psycopg://user@host:port/database"
            )
        return state

    @field_validator("workbooks")
    @classmethod
    def _named_once(cls, books: tuple[AnyWorkbook, ...]) -> tuple[AnyWorkbook, ...]:
        names = [book.name for book in books]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"工作簿 {twice} 写了两次 / workbook {twice} stands twice")
        return books

    @field_validator("warehouses")
    @classmethod
    def _placed_once(cls, warehouses: tuple[Warehouse, ...]) -> tuple[Warehouse, ...]:
        if found := differing(item.entry for item in warehouses):
            one, other = found
            raise ValueError(
                f"{one.written} 写了两次:{one.kind} 和 {other.kind} / placed twice: {one.kind} and {other.kind}"
            )
        return warehouses

    @field_validator("statuses")
    @classmethod
    def _known_stages(cls, statuses: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, dict[str, tuple[str, ...]]]:
        for report, words in statuses.items():
            if report not in STAGES:
                raise ValueError(f"{report} 没有状态表,可用:{'、'.join(STAGES)} / no states are read of {report}")
            known = [str(stage) for stage in STAGES[report]]
            if strange := [kind for kind in words if kind not in known]:
                raise ValueError(f"{report} 的 {strange[0]} 只能是:{'、'.join(known)} / unknown meaning {strange[0]}")
            if found := differing(entries(words)):
                one, other = found
                raise ValueError(
                    f"{report} 的 {one.written} 写了两次:{one.kind} 和 {other.kind} / stands twice under {report}"
                )
        return statuses

    @model_validator(mode="after")
    def _scheduled(self) -> Self:
        known = [book.name for book in self.workbooks]
        if strange := [name for name in self.schedule.workbooks if name not in known]:
            raise ValueError(f"schedule 里的工作簿 {strange[0]} 不在 workbooks 里 / workbooks has no {strange[0]}")
        if self.jobs.digest and self.alerts is None:
            raise ValueError("jobs.digest 要发到群里,先写 alerts / jobs.digest goes to a chat: write alerts as well")
        if self.schedule.rounds == "workers" and not self.state_server:
            raise ValueError(
                "schedule.rounds: workers 要求 state 是 PostgreSQL 地址 / schedule.rounds: workers needs a state on PostgreSQL"
            )
        return self

    @property
    def state_folder(self) -> Path:
        """The folder of the state and its logs; of one on a server what stays on this computer."""
        return Path("state" if self.state_server else self.state)

    @property
    def state_server(self) -> str:
        """The address of the database that is the state; empty where it is a folder."""
        return self.state if "://" in self.state else ""

    @property
    def zone(self) -> tzinfo:
        """The zone that dates of files and messages are shown in."""
        return ZoneInfo(self.timezone)

    def store_name(self, written: str) -> str | None:
        """The canonical name of a store as anybody writes it; None when no store is known by it.

        Blanks and letter case don't matter. A store's own name goes before an alias; an alias that several
        stores have names none of them.
        """
        found = self._names.get(_folded(written), ())
        return found[0] if len(found) == 1 else None

    @cached_property
    def shared_aliases(self) -> dict[str, tuple[str, ...]]:
        """What several stores are called, with those stores."""
        return {word: names for word, names in self._names.items() if len(names) > 1}

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        names = {_folded(store.name): (store.name,) for store in self.stores}
        by_alias: dict[str, dict[str, None]] = {}
        for store in self.stores:
            for word in map(_folded, store.aliases):
                by_alias.setdefault(word, {})[store.name] = None
        return {word: tuple(stores) for word, stores in by_alias.items()} | names


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
