"""What the service refuses, with the HTTP status of each."""

from __future__ import annotations

from addin.commands.server_codes import V_FILE_NAME, V_NO_SUCH_BOOK, V_OTHER_FILE, V_ROLE, V_SEEN
from rules.errors import Busy, Code, Error

V_TOKEN = Code(
    "V-001",
    "没有令牌,或令牌不对",
    "no token, or a wrong one",
    "请求头写 Authorization: Bearer 加令牌;令牌在启动时显示的文件里",
    "send the header Authorization: Bearer and the token; it is in the file that the start names",
)
V_HOST = Code(
    "V-002",
    "不接受发给“{found}”的请求",
    "requests to “{found}” are not taken",
    "用启动时显示的地址;局域网的名字写在 site.service.names",
    "use the address that the start shows; names in the LAN go to site.service.names",
)
V_ORIGIN = Code(
    "V-003",
    "不接受来自网页“{found}”的请求",
    "requests from the page “{found}” are not taken",
    "允许的网页写在 site.service.origins",
    "pages that may ask are listed in site.service.origins",
)
V_LARGE = Code(
    "V-004",
    "请求太大:{found},上限 {expected}",
    "the request is too large: {found}, limit {expected}",
    "分几次发",
    "send it in parts",
)
V_SLOW = Code(
    "V-005",
    "超过 {expected} 秒没有算完",
    "not finished within {expected} seconds",
    "分几次发",
    "send it in parts",
)
V_WAITED = Code(
    "V-006",
    "{expected} 秒内没有收完请求",
    "the request did not arrive within {expected} seconds",
    "检查网络后重试",
    "check the network and try again",
)
V_TYPE = Code(
    "V-007",
    "请求内容的类型是“{found}”",
    "the content type is “{found}”",
    "要 application/json(UTF-8)",
    "it must be application/json (UTF-8)",
)
V_METHOD = Code(
    "V-008",
    "这个地址不接受 {found}",
    "{found} is not taken here",
    "可用:{expected}",
    "use {expected}",
)
V_PATH = Code(
    "V-009",
    "没有地址 {found}",
    "there is no {found} here",
    "地址见服务说明 docs/service.zh-CN.md",
    "the paths are listed in docs/service.md",
)
V_BODY = Code(
    "V-010",
    "请求看不懂:{found}",
    "the request can't be read: {found}",
    "写法见服务说明 docs/service.zh-CN.md",
    "docs/service.md shows how to write it",
)
V_COMMAND = Code(
    "V-011",
    "这里没有按钮“{found}”",
    "there is no button “{found}” here",
    "可用:{expected}",
    "use one of {expected}",
)
V_BROKEN = Code(
    "V-012",
    "服务内部出错:{found}",
    "the service failed: {found}",
    "把服务窗口里的记录交给维护人员",
    "give the log of the service to the maintainers",
)
V_PORT = Code(
    "V-013",
    "地址 {found} 已被占用或不能用",
    "the address {found} is taken or can't be used",
    "换一个 --port,或停掉占用的程序",
    "choose another --port, or stop the program that holds it",
)
V_OPEN_NET = Code(
    "V-014",
    "对局域网提供服务还缺:{found}",
    "to serve the LAN this is missing: {found}",
    "在 site.service 里配好证书、密钥、名字和每人的令牌;只在本机用就去掉 host",
    "configure certificate, key, names and each user's token in site.service; leave host out to serve this computer only",
)
V_TOKEN_FILE = Code(
    "V-015",
    "令牌文件不安全或不能用:{found}",
    "the token file is not safe or not usable: {found}",
    "删掉它再启动,会重新生成",
    "delete it and start again; a new one is made",
)
V_USER_TOKEN = Code(
    "V-016",
    "{found} 的令牌没有设置或太短:环境变量 {expected}",
    "the token of {found} is not set or too short: environment variable {expected}",
    "设成至少 32 个字符的随机文字",
    "set it to a random text of at least 32 characters",
)
V_CERTIFICATE = Code(
    "V-017",
    "证书或密钥不能用:{found}",
    "certificate or key can't be used: {found}",
    "检查 site.service 的 certificate 和 key",
    "check certificate and key in site.service",
)
V_ENDED = Code(
    "V-023",
    "服务停了,自动同步也跟着停:{found}",
    "the service ended, and the rounds by itself with it: {found}",
    "再启动一次;常见就把记录交给维护人员",
    "start it again; if it happens often, give the log to the maintainers",
)

V_BUSY = Code(
    "V-030",
    "服务正忙,没有轮到这个请求",
    "the service is busy; it was not this request's turn",
    "过一会儿再发",
    "send it again in a while",
)

V_FILES = Code(
    "V-031",
    "打开的连接太多,新的要等({found} 次)",
    "too many connections are open; new ones must wait ({found} times)",
    "过一会儿自己好;常见就提高这个进程能打开的文件数(ulimit -n)",
    "it passes by itself; if it happens often, raise the limit of open files (ulimit -n)",
)

STATUS = {
    V_TOKEN: 401,
    V_HOST: 403,
    V_ORIGIN: 403,
    V_LARGE: 413,
    V_SLOW: 503,
    V_BUSY: 503,
    V_ROLE: 403,
    V_NO_SUCH_BOOK: 404,
    V_OTHER_FILE: 409,
    V_SEEN: 409,
    V_FILE_NAME: 422,
    V_WAITED: 408,
    V_TYPE: 415,
    V_METHOD: 405,
    V_PATH: 404,
    V_BODY: 400,
    V_COMMAND: 404,
    V_BROKEN: 500,
}


def status(error: Error) -> int:
    """The HTTP status of an error: of ours as listed, of a busy document 409, of any other 422.

    422 means that the request was understood and the sheet or the configuration is not fit for it.
    """
    return STATUS.get(error.code, 409 if isinstance(error, Busy) else 422)
