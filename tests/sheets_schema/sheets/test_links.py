"""链接负责人: the check of a SKU and what its explanation rests on."""

from datetime import date
from types import SimpleNamespace

from rules.policy.loader import packaged
from sheets_schema.sheets import SHEETS
from sheets_schema.sheets.links import LINKS, check_of, why_checked

TODAY = SimpleNamespace(as_of=date(2026, 4, 27), rules=packaged().rules)


class Row(dict):
    def day(self, title, _row):
        return self.get(title)

    text = day


def test_a_sku_of_before_the_rule_is_explained_by_the_rules_first_day():
    old = Row({"SKU": "车机-老", "上架日期": date(2020, 1, 1)})
    since = TODAY.rules.sku.naming_since
    assert "旧规则" in check_of(old, 0, TODAY)
    assert since in [used.number for used in why_checked(old, 0, TODAY).used]
    new = Row({"SKU": "车机-老", "上架日期": TODAY.as_of})
    assert since not in [used.number for used in why_checked(new, 0, TODAY).used]
    sound = Row({"SKU": "HI-QPD-CA", "上架日期": TODAY.as_of})
    assert check_of(sound, 0, TODAY) is None
    assert since not in [used.number for used in why_checked(sound, 0, TODAY).used]
    assert why_checked(Row(), 0, TODAY) is check_of(Row(), 0, TODAY) is None


def test_where_a_tabs_stores_stand():
    assert LINKS.store == "店铺"
    assert {sheet.store for sheet in SHEETS.values()} <= {"店铺", None}
