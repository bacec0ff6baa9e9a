"""The checks of the rule book: the lines of the SOP that they name say what they check."""

import pytest

from addin.commands.rule_checks import CHECKS
from rules.policy import sop

SAYS = {
    208: "新ASIN", 279: "站点缩写", 282: "系统SKU", 359: "备注", 360: "货件追踪编号", 361: "FBA18SHTRFPP-MEX6-5YDIA35G",
    400: "MEX1-MEX6", 410: "提前至少三天", 422: "4个工作日14点前", 425: "3个工作日14点前", 428: "MEX1-MEX6",
    437: "Boxes-AMZ", 442: "下午1~3点", 471: "周三下班之前", 501: "物流反馈可约仓时间", 503: "销售-需要预约时间",
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.zh)
def test_the_lines_that_a_check_names_say_it(check):
    assert check.sop
    for line in check.sop:
        assert SAYS[line] in sop.line(line)
        assert f"L{line}" in check.left_out.zh
