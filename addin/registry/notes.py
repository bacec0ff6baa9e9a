"""R02, R03 and R05 in cells: SHIPNOTE, SHIPNOTECHECK, LETTERNAME, CASETEXT."""

from __future__ import annotations

from datetime import date, time

from addin.registry.entry import Arg, Context, Entry, Kind, Shape, day, text
from rules.answer import Answer


def _note(here: Context, shipment: str, fc: str, reference: str) -> Answer:
    from rules.shipment_note import shipment_note

    return shipment_note(here.today, here.policy, shipment, fc, reference)


def _check(here: Context, note: str) -> Answer:
    from rules.shipment_note import check_note

    return check_note(here.today, here.policy, note)


def _letter(here: Context, boxes: int, brand: str, start: time, end: time, on: date) -> Answer:
    from rules.letter_name import letter_name

    return letter_name(on, here.policy, boxes, brand, start, end, on)


def _case(here: Context, fnsku: str, asin: str, language: str | None) -> Answer:
    from rules.case_text import case_text

    return case_text(here.today, here.policy, fnsku, asin, language)


ENTRIES = (
    Entry(
        "SHIPNOTE",
        "货件备注",
        "R02",
        Shape.MAP,
        (
            text("shipment", "货件号,FBA 开头", "shipment id, FBA…"),
            text("fc", "FBA仓库号,MEX1–MEX6", "FBA warehouse, MEX1–MEX6"),
            text("reference", "货件追踪编号", "Amazon reference id"),
        ),
        "海外仓备货单的备注:货件号-FBA仓库号-货件追踪编号",
        "the note of an overseas stocking order",
        '=SHIPNOTE("FBA18SHTRFPP","MEX6","5YDIA35G")',
        _note,
    ),
    Entry(
        "SHIPNOTECHECK",
        "货件备注检查",
        "R02",
        Shape.MAP,
        (text("note", "货件备注", "the note"),),
        "列出货件备注的每一处问题,没有问题为空",
        "every problem of a shipment note; empty when it is good",
        '=SHIPNOTECHECK("FBA18SHTRFPP-MEX7-5ydia35g")',
        _check,
    ),
    Entry(
        "LETTERNAME",
        "预约信命名",
        "R03",
        Shape.MAP,
        (
            Arg("boxes", Kind.INTEGER, "箱数", "number of boxes"),
            text("brand", "品牌", "brand"),
            Arg("start", Kind.TIME, "开始时间,24 小时制", "start, in 24 hours"),
            Arg("end", Kind.TIME, "结束时间,晚于开始", "end, after the start"),
            day("day", "预约的日子", "day of the appointment"),
        ),
        "亚马逊预约信 PDF 的名字",
        "the name of an Amazon appointment letter",
        '=LETTERNAME(18,"HIMICAR","14:00","14:30","2025-02-06")',
        _letter,
    ),
    Entry(
        "CASETEXT",
        "映射话术",
        "R05",
        Shape.MAP,
        (
            text(
                "old_fnsku",
                "有库存的旧 FNSKU(厂家条码写 ASIN)",
                "the old FNSKU with stock (ASIN for manufacturer barcodes)",
            ),
            text("new_asin", "新 ASIN", "the new ASIN"),
            text("language", "中文(默认)、英语、西语", "zh (default), en or es", optional=True),
        ),
        "请客服把库存映射到新 ASIN 的话术",
        "the text of the case that maps stock to a new ASIN",
        '=CASETEXT("X001ABC2DE","B0ABCDE123")',
        _case,
    ),
)
