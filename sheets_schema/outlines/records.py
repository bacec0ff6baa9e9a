"""Lists that people keep: pictures, risks, certificates, relistings, bad reviews, reports (SOP L7–16, L32–41, L59–87, L191–224)."""

from __future__ import annotations

from sheets_schema.model import Outline
from sheets_schema.outlines.people import AT_LEAST_ONE, choice, day, moment, text, whole, yes_no

_RELISTED = "状态=已上新/已开case/已恢复"

PICTURES = Outline(
    "作图顺序",
    "设计部",
    aliases=("作图顺序列表", "在线作图顺序表"),
    columns=(
        text("图需编号"),
        day("提交日期", (64,)),
        choice("类型", "套图 主图 A+ 视频", (60, 79, 87)),
        whole("套图套数", (60,), limits=AT_LEAST_ONE, needed="类型=套图"),
        whole("主图张数", (60,), limits=AT_LEAST_ONE, needed="类型=主图/套图"),
        day("计划上架日", (65,)),
        whole("顺序", (28,), limits=AT_LEAST_ONE, role="设计"),
        text("设计师", (68,), needed="状态=作图中~已完成", role="设计"),
        choice("状态", "待排 作图中 待确认 退回 已完成", (68,), role="设计"),
        day("预计完成", needed="状态=作图中", role="设计"),
        day("完成日期", needed="状态=已完成", role="设计"),
        choice("验收", "通过 退回", (70, 78), needed="状态=待确认"),
    ),
)

PICTURE_PLANS = Outline(
    "图需",
    "图需表",
    aliases=("图需表",),
    columns=(
        text("图号"),
        choice("主题", "产品亮点 产品尺寸 使用场景 产品效果 其他", (61,)),
        whole("场景热度", (74,), limits=AT_LEAST_ONE),
        choice("版式", "单图 轮播", (82, 83)),
    ),
)

RISKS = Outline(
    "账户风控",
    "账户风控",
    columns=(
        choice("频率", "每天 每周 每月"),
        day("上次检查", limits=("<=今天",)),
        day("截止", (11, 12)),
    ),
)

CERTIFICATES = Outline(
    "认证",
    "产品认证",
    aliases=("产品认证",),
    columns=(
        text("证书号", required=True),
        text("站点", words="站点"),
        day("有效至", required=True),
    ),
)

RELISTINGS = Outline(
    "翻新记录",
    "翻新记录",
    columns=(
        text("新SKU", (200,), limits=("!=旧SKU",)),
        text("新ASIN", (199,), limits=("!=旧ASIN",)),
        moment("跟卖时间", (201,)),
        choice("Case语言", "中文 英语 西语", (213,), needed="状态=已开case"),
        moment("开case时间", needed="状态=已开case"),
        day("恢复日期", (214,), needed="状态=已恢复"),
        yes_no("绑定父体", (214,), needed="状态=已恢复"),
    ),
)

REVIEWS = Outline(
    "差评",
    "差评记录",
    aliases=("差评记录",),
    columns=(
        choice("来源", "评论 Feedback 买家之声", (13,)),
        whole("星级", limits=(">=1", "<=5"), needed="来源=评论"),
        choice("归类", "质量 物流 描述不符 安装使用 恶意 其他"),
        choice("处理方式", "翻新链接 买家沟通 全额退款 部分退款 改进listing 不处理", (216, 224)),
        day("反馈采购", needed="归类=质量"),
        choice("状态", "待处理 处理中 已关闭"),
    ),
)

KEYWORDS = Outline(
    "关键词库",
    "关键词库",
    columns=(
        choice("语言", "西语 英语 葡语"),
        yes_no("填入SearchTerm", (162,)),
    ),
)

DAILY = Outline(
    "日报",
    "日报",
    columns=(
        text("异常说明", needed="异常"),
        text("动作", needed="异常"),
    ),
)

WEEKLY = Outline(
    "周报",
    "周报",
    columns=(
        text("原因", (38,), needed="异常类型"),
        text("措施", (38,), needed="异常类型"),
        text("措施负责人", needed="措施"),
        day("完成日", needed="措施"),
        choice("结果", "进行中 已完成 无效"),
    ),
)

RETURNS = Outline(
    "退货汇总",
    "退货汇总",
    aliases=("退货数据汇总",),
    columns=(
        choice("归类", "质量 与描述不符 物流破损 买家原因 其他"),
        text("对策", needed="归类=质量/与描述不符"),
        day("反馈采购", needed="归类=质量"),
    ),
)
