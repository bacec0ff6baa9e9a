"""The checks of the rule book: the lines of the SOP that they name say what they check."""

import pytest

from addin.commands.rule_checks import CHECKS
from rules.policy import sop

SAYS = {
    "SKU 写法": {279: "站点缩写"},
    "SKU 撞名": {282: "系统SKU"},
    "货件备注": {360: "货件号-FBA仓库号-货件追踪编号"},
    "备货单备注": {359: "备注:", 360: "货件号-FBA仓库号-货件追踪编号"},
    "货件号": {361: "FBA18SHTRFPP-MEX6-5YDIA35G"},
    "FBA仓": {361: "FBA18SHTRFPP-MEX6-5YDIA35G", 428: "MEX1-MEX6"},
    "追踪编号": {361: "FBA18SHTRFPP-MEX6-5YDIA35G"},
    "送仓窗口": {400: "MEX1-MEX6", 442: "下午1~3点"},
    "约仓截止": {410: "提前至少三天", 422: "4个工作日14点前", 425: "3个工作日14点前", 471: "周三下班之前"},
    "可约时间": {501: "物流反馈可约仓时间", 503: "销售-需要预约时间"},
    "预约信名": {437: "Boxes-AMZ"},
    "ASIN": {208: "新ASIN"},
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.zh)
def test_the_lines_that_a_check_names_say_it(check):
    says = SAYS[check.zh]
    assert set(check.sop) == set(says)
    for line in check.sop:
        assert says[line] in sop.line(line)
        assert f"L{line}" in check.left_out.zh
