"""取导出: the exports of a download folder, as what they are, and the chosen ones put into the inbox.

Files are copied, never moved; nothing in the inbox is overwritten. A file that can't be read is a line
of the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from addin.commands.command import Ask, ButtonReport, Command, Desk, Preview, Question, ShownChange
from addin.commands.receiving import Receiver, Taken, lacks_store, receiver_of
from addin.commands.syncing import as_problem
from rules.errors import Code, Error, Text
from rules.policy.loader import Config
from sheets_schema.problems import Problem
from sync.files.folders import SUFFIXES
from sync.ingest.codes import I_KIND, I_NO_STORE, I_NOT_READ, I_OWN_SHEET, I_RIVAL, I_UNKNOWN
from sync.ingest.export import Export
from sync.ingest.read import read

MOST = 60
"""The newest files of the folder that are looked at."""

K_DOWNLOADS = Code(
    "K-062", "打不开文件夹:{found}", "cannot open the folder: {found}", "重新选一个文件夹", "choose another folder"
)
K_NOT_COPIED = Code(
    "K-065",
    "放不进收件文件夹:{found}",
    "cannot be put into the inbox: {found}",
    "检查收件文件夹和权限",
    "check the inbox folder and its permissions",
)


@dataclass(frozen=True)
class Found:
    """One recognised file; `there` is the same file in the inbox, `last` what was taken of it before."""

    path: Path
    export: Export
    there: str | None
    last: Taken | None

    @property
    def lacks_store(self) -> bool:
        """Whether only a person can say whose data it is."""
        return lacks_store(self.export)

    @property
    def label(self) -> Text:
        """Report, stores, time, rows, and the rows of the last time."""
        export, name = self.export, self.path.name
        stores = "、".join(sorted({" ".join(filter(None, pair)) for pair in export.scope}))
        whose = Text("店铺没有写", "no store named") if self.lacks_store else Text(stores, stores)
        zh, en = (" · ".join(filter(None, (export.report, whose.say(lang)))) for lang in ("zh", "en"))
        zh += f" · 数据截至 {export.as_of_text} · {len(export.taken)} 行"
        en += f" · data of {export.as_of_text} · {len(export.taken)} rows"
        if self.there is not None:
            zh, en = f"{zh} · 已经取过", f"{en} · fetched already"
        elif self.last is not None:
            zh += f"(上次 {self.last.as_of_text} {self.last.rows} 行)"
            en += f" (last time {self.last.as_of_text}, {self.last.rows} rows)"
        else:
            zh, en = f"{zh}(第一次)", f"{en} (the first)"
        return Text(f"{zh} · {name}", f"{en} · {name}")


@dataclass
class Scan:
    """What a folder holds: recognised exports, newest first, broken files, and how many are something else."""

    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    others: int = 0
    unseen: int = 0
    """Older files that were not looked at."""


def run(desk: Desk) -> Preview:
    """Asks for the folder and which exports to take, shows where they would go, copies on confirmation.

    Raises:
        Error: K-060 no inbox is configured, K-062 the folder can't be opened; what keeps the server from being asked.
    """
    receiver = receiver_of(desk.config)
    written = str(desk.answers.get("folder") or "").strip()
    if not written:
        downloads = str(Path.home() / "Downloads")
        ask = Question("folder", Text("导出下载在哪个文件夹", "the download folder"), Ask.FOLDER, default=downloads)
        return Preview(
            ButtonReport(Text("从下载文件夹取导出", "fetch exports from the download folder")), questions=(ask,)
        )
    folder = Path(written).expanduser()
    scan = look(folder, desk.config, receiver)
    report = _seen(folder, scan)
    known = {item.path.name: item for item in scan.found}
    if not known:
        return Preview(report)
    answer = desk.answers.get("files")
    if not isinstance(answer, (list, tuple)) or not known.keys() >= set(answer):
        fresh = tuple(name for name, item in known.items() if item.there is None)
        choices = tuple((name, item.label) for name, item in known.items())
        return Preview(
            report, questions=(Question("files", Text("取哪些", "which of them"), Ask.MANY, choices, fresh),)
        )
    return _fetch(desk, receiver, report, [known[name] for name in answer])


def look(folder: Path, config: Config, receiver: Receiver) -> Scan:
    """Recognises what the folder holds. Raises K-060, K-062."""
    try:
        files = [path for path in folder.iterdir() if _is_candidate(path)]
        files.sort(key=lambda path: (-path.stat().st_mtime, path.name))
    except OSError as error:
        raise Error(K_DOWNLOADS, file=folder, found=error.strerror or str(error)) from error
    scan = Scan(unseen=max(0, len(files) - MOST))
    inbox, before = receiver.known(), receiver.before()
    for path in files[:MOST]:
        try:
            export = read(path, aliases=config.site.export_aliases, site=config.site, scoped=False)
        except Error as error:
            if error.code in (I_UNKNOWN, I_NOT_READ, I_KIND, I_OWN_SHEET, I_RIVAL):
                scan.others += 1
            else:
                scan.problems.append(as_problem(error))
        else:
            scan.found.append(Found(path, export, inbox.get(export.sha256), _last(export, before)))
    return scan


def _is_candidate(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", ".")) and path.is_file()


def _last(export: Export, before: Sequence[Taken]) -> Taken | None:
    """The newest file taken before of the same report and some of the same stores."""
    same = [old for old in before if old.report == export.report and (not export.scope or old.scope & export.scope)]
    return max(same, key=lambda old: old.as_of, default=None)


def _seen(folder: Path, scan: Scan) -> ButtonReport:
    fresh = sum(item.there is None for item in scan.found)
    looked = len(scan.found) + len(scan.problems) + scan.others
    title = Text(
        f"{folder}:认出 {len(scan.found)} 个导出,{fresh} 个还没取过",
        f"{folder}: {len(scan.found)} exports recognised, {fresh} not fetched yet",
    )
    if not scan.found:
        title = Text(
            f"{folder}:没有找到导出(看了 {looked} 个文件)" if looked else f"{folder}:没有可能是导出的文件",
            f"{folder}: no export found ({looked} files looked at)" if looked else f"{folder}: no file that may be one",
        )
    details = [item.label for item in scan.found]
    if scan.others:
        details.append(Text(f"另有 {scan.others} 个文件不是导出", f"{scan.others} other files are no exports"))
    if scan.unseen:
        details.append(
            Text(
                f"只看了最新的 {MOST} 个,更早的 {scan.unseen} 个没有看",
                f"the newest {MOST} were looked at, {scan.unseen} older ones not",
            )
        )
    return ButtonReport(title, problems=tuple(scan.problems), details=tuple(details))


def _fetch(desk: Desk, receiver: Receiver, seen: ButtonReport, chosen: list[Found]) -> Preview:
    """The chosen files with their places; asks whose data it is where a file does not say."""
    stores = receiver.stores
    goals: list[tuple[Found, str | None]] = []
    questions, problems, details = [], list(seen.problems), []
    for item in chosen:
        name = item.path.name
        if item.there is not None:
            zh, en = f"{name} 已经在收件文件夹里:{item.there}", f"{name} is in the inbox already: {item.there}"
            details.append(Text(zh, en))
            continue
        problems += item.export.problems
        answer = desk.answers.get(f"store:{name}")
        if not item.lacks_store:
            goals.append((item, None))
        elif answer in stores:
            goals.append((item, answer))
        elif stores:
            label = Text(f"{name} 是哪个店铺的?", f"whose data is {name}?")
            choices = tuple((store, Text(store, store)) for store in stores)
            questions.append(Question(f"store:{name}", label, Ask.CHOICE, choices))
        else:
            problems.append(Problem(I_NO_STORE, str(item.path), facts={"report": item.export.report}))
    if questions or not goals:
        report = ButtonReport(seen.title, problems=tuple(problems), details=tuple(details) or seen.details)
        return Preview(report, questions=tuple(questions))
    changes = tuple(
        ShownChange(item.path.name, str(item.path), receiver.goal(item.path.name, store), item.label)
        for item, store in goals
    )
    title = Text(f"{len(goals)} 个导出放进收件文件夹", f"{len(goals)} exports go into the inbox")
    report = ButtonReport(title, changes, tuple(problems), tuple(details))

    def finish() -> ButtonReport:
        return _copied(receiver, goals)

    return Preview(report, finish=finish)


def _copied(receiver: Receiver, goals: Sequence[tuple[Found, str | None]]) -> ButtonReport:
    changes, problems = [], []
    for item, store in goals:
        try:
            target = receiver.take(item.path, item.export.sha256, store)
        except OSError as error:
            facts = {"found": error.strerror or str(error)}
            problems.append(Problem(K_NOT_COPIED, str(item.path), facts=facts))
        except Error as error:
            problems.append(as_problem(error))
        else:
            changes.append(ShownChange(item.path.name, str(item.path), target, item.label))
    title = Text(
        f"取了 {len(changes)} 个导出,点“立即同步”就用上", f"{len(changes)} exports fetched; “Sync now” uses them"
    )
    return ButtonReport(title, tuple(changes), tuple(problems))


COMMAND = Command("fetch_exports", run)
