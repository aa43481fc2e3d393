"""What a newcomer needs once the demo runs: addresses, logins, and codes to scan.

The seed writes them to ``var/demo.json``::

    {"brands": [{"name": "清泉 Qingquan",
                 "url": "http://127.0.0.1:8000",
                 "staff": [{"email": "…", "password": "…", "totp_secret": "BASE32"}]}],
     "codes": [{"label": "a bottle that wins", "url": "http://127.0.0.1:8000/S/…"}]}
"""

import io
import json
import shutil
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyotp
import segno

from config.dev.environment import Ports
from config.dev.processes import say

GAP = "   "


def show_summary(demo: Path, ports: Ports, *, seconds: float) -> None:
    facts = json.loads(demo.read_text(encoding="utf-8"))
    say(f"\nMalu is running · 码路已启动 ({seconds:.0f} s)\n")
    for brand in facts["brands"]:
        _show_brand(brand)
    say(f"  WeChat sandbox · 微信沙箱  http://127.0.0.1:{ports.sandbox}\n")
    say("Scan one of these, or open it in the browser · 扫码或打开网址")
    for number, code in enumerate(facts["codes"], 1):
        say(f"  {number}. {code['label']}\n     {code['url']}")
    # In capitals, as on a bottle: the smallest picture.
    say(f"\n{codes_side_by_side([code['url'].upper() for code in facts['codes']])}")
    say("Logs: var/log · data: var · Ctrl-C ends everything · 按 Ctrl-C 结束")


def _show_brand(brand: dict[str, Any]) -> None:
    say(f"  {brand['name']}  {brand['url']}")
    for staff in brand.get("staff", ()):
        secret = staff["totp_secret"]
        say(f"    console · 控制台   {brand['url']}/console")
        say(f"    e-mail · 邮箱      {staff['email']}")
        say(f"    password · 密码    {staff['password']}")
        say(f"    one-time · 动态码  {pyotp.TOTP(secret).now()} now · 现在 (secret · 密钥 {secret})\n")


def codes_side_by_side(urls: list[str]) -> str:
    """The QR codes in one row if the terminal is wide enough, else one under the other."""
    pictures = [_picture(url) for url in urls]
    width = sum(segno.make(url).symbol_size(border=2)[0] for url in urls) + len(GAP) * len(urls)
    if width > shutil.get_terminal_size((100, 40)).columns:
        return "\n\n".join("\n".join(picture) for picture in pictures)
    blank = " " * int(segno.make(urls[0]).symbol_size(border=2)[0]) if urls else ""
    return "\n".join(GAP.join(row) for row in zip_longest(*pictures, fillvalue=blank))


def _picture(url: str) -> list[str]:
    out = io.StringIO()
    segno.make(url).terminal(out, border=2, compact=True)
    return out.getvalue().rstrip("\n").split("\n")
