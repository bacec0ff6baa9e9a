"""Tells people in their chat: the bots of WeCom, DingTalk and Feishu groups, or anything that takes JSON.

The address is a secret (whoever has it can write into the group): it comes from the environment, and no message, log
or state holds it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rules.errors import Code, Error
from rules.policy.site import Alerts

D_ADDRESS = Code(
    "D-004",
    "环境变量 {found} 里没有通知地址",
    "the environment variable {found} holds no address for alerts",
    "把群机器人的 webhook 地址放进这个变量,再重新启动服务",
    "put the address of the group's bot into it, and start the service again",
)
D_UNTOLD = Code(
    "D-005",
    "通知没有送到({found})",
    "an alert was not delivered ({found})",
    "服务照常同步;检查网络、地址和机器人的安全设置",
    "the service syncs all the same; check the network, the address and the bot's security settings",
)

PATIENCE = 10.0
"""Seconds that the other side may take."""
LONGEST = 1_800
"""Characters of a message: the strictest of the groups takes 2,048 bytes of text; Han characters take three each."""
MOST_ANSWER = 64 << 10

Body = dict[str, Any]


def send(alerts: Alerts, text: str, now: datetime, environment: Mapping[str, str]) -> None:
    """Sends a text.

    Raises:
        Error: D-004 no address, D-005 the other side can't be reached, or refuses.
    """
    url = environment.get(alerts.webhook_env, "")
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise Error(D_ADDRESS, found=alerts.webhook_env)
    secret = environment.get(alerts.secret_env, "") if alerts.secret_env else ""
    url, body = SHAPES[alerts.kind](url, secret, shortened(text), now)
    request = urllib.request.Request(  # noqa: S310 - checked above
        url, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            said = answer.read(MOST_ANSWER)
    except urllib.error.HTTPError as error:
        error.close()
        raise Error(D_UNTOLD, found=f"HTTP {error.code}") from None
    except (OSError, ValueError) as error:
        raise Error(D_UNTOLD, found=type(error).__name__) from None
    refused = refusal(said) if alerts.kind != "json" else ""
    if refused:
        raise Error(D_UNTOLD, found=refused)


def refusal(answer: bytes) -> str:
    """Why a bot did not take a message (they answer 200 all the same); empty where it did.

    >>> refusal(b'{"errcode":0,"errmsg":"ok"}'), refusal(b'{"code":19021,"msg":"sign match fail"}')
    ('', '19021 sign match fail')
    """
    try:
        said = json.loads(answer)
        code = said.get("errcode", said.get("code", said.get("StatusCode")))
    except (ValueError, AttributeError):
        return "?"
    return "" if code == 0 else f"{code} {said.get('errmsg') or said.get('msg') or ''}".strip()[:200]


def shortened(text: str) -> str:
    """A text that every group takes; what is left out is marked."""
    data = text.encode()
    if len(data) <= LONGEST:
        return text
    return data[: LONGEST - 3].decode(errors="ignore") + "…"


def _wecom(url: str, _secret: str, text: str, _now: datetime) -> tuple[str, Body]:
    return url, {"msgtype": "text", "text": {"content": text}}


def _dingtalk(url: str, secret: str, text: str, now: datetime) -> tuple[str, Body]:
    if secret:
        moment = str(round(now.timestamp() * 1000))
        sign = signed(secret, f"{moment}\n{secret}")
        url += f"&timestamp={moment}&sign={urllib.parse.quote_plus(sign)}"
    return url, {"msgtype": "text", "text": {"content": text}}


def _feishu(url: str, secret: str, text: str, now: datetime) -> tuple[str, Body]:
    body: Body = {"msg_type": "text", "content": {"text": text}}
    if secret:
        moment = str(int(now.timestamp()))
        body |= {"timestamp": moment, "sign": signed(f"{moment}\n{secret}", "")}
    return url, body


def _json(url: str, _secret: str, text: str, now: datetime) -> tuple[str, Body]:
    return url, {"text": text, "at": now.isoformat(timespec="seconds")}


def signed(key: str, text: str) -> str:
    """The signature that a bot with a secret asks for."""
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


SHAPES: dict[str, Callable[[str, str, str, datetime], tuple[str, Body]]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "json": _json,
}
"""By the kind of group: the address to post to, and what."""
