"""Why selected cells don't become a picture."""

from rules.errors import Code

K_NO_FONT = Code(
    "K-050",
    "这台电脑上没有中文字体",
    "this computer has no Chinese font",
    "装一个:Windows 和 macOS 自带,Debian/Ubuntu 装 fonts-wqy-zenhei 或 fonts-noto-cjk",
    "install one: Windows and macOS have them, on Debian and Ubuntu fonts-wqy-zenhei or fonts-noto-cjk",
)
K_TOO_LARGE = Code(
    "K-051",
    "选了 {found},图片最多 {expected}",
    "{found} selected; a picture shows at most {expected}",
    "少选一些",
    "select less",
)
K_BLANK = Code(
    "K-052", "选中的格子都是空的", "the selected cells are blank", "选有内容的区域", "select cells with content"
)
