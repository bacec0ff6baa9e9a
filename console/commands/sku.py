"""`qlc sku`: SKUs made, taken apart, checked, and made for a whole product list."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from addin.registry.headers import TITLES
from console.arguments import Parser, common
from console.output import Output
from console.policy import add_today, policy_in_force, today
from rules.answer import Fault
from rules.errors import Code, Error
from rules.policy.loader import Config
from rules.policy.models import Rules
from rules.sku import make_sku
from rules.sku_check import check, parse_sku
from rules.sku_collisions import Collision, Listed, collisions
from rules.sku_text import sku_from
from sheets_schema.text_guards import guarded

if TYPE_CHECKING:
    from console.lists import ProductList

EXAMPLES = """
例 / examples:
  qlc sku make '球泡灯WIFI款8个装发到 HIFILUZ品牌下的LOMEESS店铺 加拿大站'
  qlc sku make --brand HIFILUZ --product 球泡灯 --feature WIFI款 --pack 8 --site 加拿大站
  qlc sku parse HI-QPD-WiFi-8PCS-CA
  qlc sku check HI-QPD-WIFI-CA             一个或几个 SKU
  qlc sku check 全流程数据.xlsx --tab 子-2链接负责人
  qlc sku check 全流程数据                  配置里的工作簿 / a configured workbook
  qlc sku import 新品.xlsx --out 新品SKU.csv
"""

C_MAKE = Code(
    "C-034",
    "sku make 要一句话,或 --brand、--product、--site",
    "sku make takes a sentence, or --brand, --product and --site",
    "见 qlc sku make --help",
    "see qlc sku make --help",
)
C_SAME_FILE = Code(
    "C-035", "输出不能就是清单本身", "the output can't be the list itself", "换一个文件名", "choose another name"
)

C_NO_COLUMN = Code("C-081", "没有 SKU 列,没有查", "no column of SKUs: not checked")
C_NO_SKUS = Code("C-082", "SKU 列是空的,没有查", "the column of SKUs is blank: not checked")
C_NOT_COMPARED = Code(
    "C-083", "{count} 个 SKU 旁边没有品名,没有查撞名", "{count} SKUs without a product name: collisions not looked for"
)
C_LESS_COMPARED = Code(
    "C-084",
    "没有 {expected} 列:只差在这里的撞名没有查",
    "no column {expected}: collisions that differ there alone were not looked for",
)

_FILES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xltx", ".xltm", ".xls")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands and their arguments."""
    parser.epilog = EXAMPLES
    group = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)

    def action(name: str, zh: str, en: str) -> argparse.ArgumentParser:
        sub = group.add_parser(name, help=f"{zh} · {en}", description=f"{zh} · {en}", epilog=EXAMPLES)
        add_today(sub)
        return common(sub)

    sub = action("make", "生成一个 SKU", "make one SKU")
    sub.add_argument("sentence", nargs="?", help="写明品名、品牌、站点的一句话 / a sentence")
    for name in ("brand", "product", "feature", "pack", "site"):
        sub.add_argument(f"--{name}")
    sub = action("parse", "拆开 SKU", "take SKUs apart")
    sub.add_argument("skus", nargs="+", metavar="SKU")
    sub = action("check", "检查 SKU,找撞名", "check SKUs, find collisions")
    sub.add_argument("targets", nargs="+", metavar="SKU|FILE")
    sub.add_argument("--tab", help="工作簿里的哪张表,默认所有带 SKU 列的 / tab, default all with a SKU column")
    sub = action("import", "给产品清单生成 SKU", "make SKUs for a product list")
    sub.add_argument("file", metavar="FILE")
    sub.add_argument("--tab")
    sub.add_argument("--out", metavar="F.csv", help="写成 csv / write a csv")


def run(args: argparse.Namespace, out: Output) -> int:
    """0 good, 1 with findings, 2 for a list that can't be read."""
    config = policy_in_force(args, out)
    day = today(args, config)
    actions = {"make": _make, "parse": _parse, "check": _check, "import": _import}
    return actions[args.action](args, out, config, day)


def _make(args: argparse.Namespace, out: Output, config: Config, day: date) -> int:
    policy = config.rules
    if args.sentence:
        answer = sku_from(day, policy, args.sentence)
    elif args.brand and args.product and args.site:
        answer = make_sku(day, policy, args.brand, args.product, args.feature, args.pack, args.site)
    else:
        raise Error(C_MAKE)
    out.json(
        {
            "sku": answer.value,
            "parts": [{"name": part.name(out.lang), "value": part.value} for part in answer.parts],
            "marks": [{"mark": str(mark.word), "reason": mark.reason.say(out.lang)} for mark in answer.marks],
            "remarks": [remark.say(out.lang) for remark in answer.remarks],
        }
    )
    out.line(str(answer.value))
    for mark in answer.marks:
        out.line(f"  {mark.word}: {mark.reason.say(out.lang)}")
    for remark in answer.remarks:
        out.line(f"  {remark.say(out.lang)}")
    return 0


def _parse(args: argparse.Namespace, out: Output, config: Config, day: date) -> int:
    told: list[dict[str, Any]] = []
    for sku in args.skus:
        try:
            brand, product, feature, pack, site = parse_sku(day, config.rules, sku).value[0]
        except Fault as fault:
            told.append({"sku": sku, "code": fault.code.id, "message": fault.message(out.lang)})
            out.line(f"{sku}: {fault.code.id} {fault.message(out.lang)}")
            continue
        parts = {"brand": brand, "product": product, "feature": feature, "pack": pack, "site": site}
        told.append({"sku": sku, **parts, "code": None, "message": None})
        out.line(f"{sku}: {' '.join(f'{name}={value}' for name, value in parts.items() if value is not None)}")
    out.json(told)
    return 1 if any(item["code"] for item in told) else 0


def _check(args: argparse.Namespace, out: Output, config: Config, day: date) -> int:
    policy = config.rules
    findings: list[dict[str, Any]] = []
    listed: list[Listed] = []
    books = {book.name: config.folder / book.path for book in config.site.workbooks}
    checked = 0
    unchecked: list[tuple[str, Code, dict[str, Any]]] = []
    for target in args.targets:
        path = books.get(target, Path(target))
        if path.suffix.lower() not in _FILES and not path.is_file():
            checked += 1
            findings += _findings(target, "", policy, day, out, None, None)
            continue
        from console.lists import read_lists

        found = read_lists(path, ["sku"], args.tab)
        unchecked += [(f"{path.name} {tab}", C_NO_COLUMN, {}) for tab in found.others]
        for sheet in found.lists:
            unchecked += _left_out(sheet, f"{path.name} {sheet.tab}".strip())
            for row in sheet.rows:
                if not row.get("sku"):
                    continue
                checked += 1
                place = f"{path.name} {row.place}"
                findings += _findings(row.get("sku"), place, policy, day, out, row.day("made"), row.day("restocked"))
                listed.append(Listed(place, row.get("sku"), row.get("product"), row.get("brand"), row.get("feature")))
    clashes = collisions(listed, policy)
    out.json(
        {
            "checked": checked,
            "findings": findings,
            "collisions": [_clash(item, out) for item in clashes],
            "unchecked": [{"tab": tab, "why": code.text(facts, out.lang)} for tab, code, facts in unchecked],
        }
    )
    for finding in findings:
        out.line(" ".join(filter(None, (finding["code"], finding["place"], f"{finding['sku']}: {finding['message']}"))))
    _show_clashes(clashes, out)
    for tab, code, facts in unchecked:
        out.line(f"{code.id} {tab}: {code.text(facts, out.lang)}")
    wrong = sum(not finding["note"] for finding in findings)
    if not checked:
        out.say("没有 SKU 可查。", "There is no SKU to check.")
        return 1
    compared = sum(bool(row.product.strip()) for row in listed)
    zh, en = f"检查了 {checked} 个 SKU:{wrong} 处问题", f"{checked} SKUs checked: {wrong} problems"
    if compared:
        zh += f",{compared} 个比过撞名:{len(clashes)} 组"
        en += f"; {compared} compared: {len(clashes)} collisions"
    else:
        zh, en = f"{zh};没有查撞名(没有品名)", f"{en}; collisions not looked for (no product names)"
    out.say(f"{zh}。", f"{en}.")
    return 1 if wrong or clashes else 0


def _left_out(sheet: ProductList, place: str) -> list[tuple[str, Code, dict[str, Any]]]:
    """What of a list can't be checked, and why."""
    filled = [row for row in sheet.rows if row.get("sku")]
    if not filled:
        return [(place, C_NO_SKUS, {})]
    nameless = sum(not row.get("product") for row in filled)
    if nameless:
        return [(place, C_NOT_COMPARED, {"count": nameless})]
    lacking = [TITLES[name][0] for name in ("brand", "feature") if name not in sheet.fields]
    return [(place, C_LESS_COMPARED, {"expected": "、".join(lacking)})] if lacking else []


def _findings(
    sku: str, place: str, policy: Rules, day: date, out: Output, made: date | None, restocked: date | None
) -> list[dict[str, Any]]:
    found = check(sku, policy, day, made=made, restocked=restocked).findings
    return [
        {"place": place, "sku": sku, "code": item.code.id, "message": item.message(out.lang), "note": item.is_note}
        for item in found
    ]


def _clash(clash: Collision, out: Output) -> dict[str, Any]:
    return {
        "sku": clash.sku,
        "why": clash.why.say(out.lang),
        "rows": [
            {"place": row.place, "product": row.product, "brand": row.brand, "feature": row.feature}
            for row in clash.rows
        ],
        "proposals": [
            {"place": item.row.place, "sku": item.sku, "how": item.how.say(out.lang)} for item in clash.proposals
        ],
    }


def _show_clashes(clashes: Sequence[Collision], out: Output) -> None:
    for clash in clashes:
        out.say(f"撞名 {clash.sku}:{clash.why.zh}", f"collision {clash.sku}: {clash.why.en}")
        for row in clash.rows:
            out.line(f"  {row.place} {' '.join(filter(None, (row.brand, row.product, row.feature)))}")
        for item in clash.proposals:
            out.say(
                f"  建议 {item.row.place} 用 {item.sku}({item.how.zh})",
                f"  proposal for {item.row.place}: {item.sku} ({item.how.en})",
            )


def _import(args: argparse.Namespace, out: Output, config: Config, day: date) -> int:
    from console.lists import read_lists

    policy = config.rules
    path = Path(args.file)
    target = Path(args.out) if args.out else None
    if target is not None and target.exists() and target.samefile(path):
        raise Error(C_SAME_FILE, file=path)
    rows: list[dict[str, Any]] = []
    listed: list[Listed] = []
    found = read_lists(path, ["product", "brand", "site"], args.tab)
    for sheet in found.lists:
        for row in sheet.rows:
            made: dict[str, Any] = {"place": row.place, **row.cells}
            made |= {"new_sku": None, "code": None, "message": None, "marks": []}
            try:
                answer = make_sku(
                    day,
                    policy,
                    row.get("brand"),
                    row.get("product"),
                    row.get("feature"),
                    row.get("pack"),
                    row.get("site"),
                )
            except Fault as fault:
                made |= {"code": fault.code.id, "message": fault.message(out.lang)}
            else:
                made |= {"new_sku": answer.value, "marks": [str(mark.word) for mark in answer.marks]}
                listed.append(
                    Listed(made["place"], answer.value, row.get("product"), row.get("brand"), row.get("feature"))
                )
            rows.append(made)
    clashes = collisions(listed, policy)
    out.json(
        {"rows": rows, "collisions": [_clash(item, out) for item in clashes], "out": str(target) if target else None}
    )
    if not rows:
        out.say("清单里没有产品,没有生成 SKU。", "The list holds no product: no SKU was made.")
    for made in rows:
        out.line(f"{made['place']} {made['product']}: {made['new_sku'] or made['code'] + ' ' + made['message']}")
    _show_clashes(clashes, out)
    if target is not None:
        _write(target, rows)
        out.say(f"写到 {target}", f"written to {target}")
    return 1 if clashes or not rows or any(made["code"] for made in rows) else 0


def _write(target: Path, rows: Sequence[dict[str, Any]]) -> None:
    """A csv that spreadsheets open as UTF-8, and in which they calculate nothing."""
    columns = ("place", "new_sku", "brand", "product", "feature", "pack", "site", "sku", "code", "message")
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("位置", "新SKU", "品牌", "品名", "特性", "多个装", "站点", "原SKU", "代码", "说明"))
        writer.writerows([guarded(str(row.get(column) or "")) for column in columns] for row in rows)
