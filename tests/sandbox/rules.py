"""What a 商家转账 request must look like, from the public description of transfer-bills."""

import re
from urllib.parse import urlsplit

from tests.sandbox.gate import Refused, wrong_parameter
from tests.sandbox.terms import Terms

REQUIRED = {
    "appid": 32,
    "out_bill_no": 32,
    "transfer_scene_id": 36,
    "openid": 64,
    "transfer_remark": 32,
}
OPTIONAL_TEXT = {"user_name": 1024, "notify_url": 255, "user_recv_perception": 32}
OTHERS = {"transfer_amount", "transfer_scene_report_infos", "user_recv_style"}

SCENES = {
    "1000": ("活动名称", "奖励说明"),
    "1002": ("补贴类型",),
    "1004": ("保险产品备案编号", "保险名称", "保险操作单号"),
    "1005": ("岗位类型", "报酬说明"),
    "1009": ("采购商品名称",),
    "1010": ("回收商品名称",),
    "1011": ("赔付原因",),
    "1013": ("公益活动名称", "公益活动备案编号"),
}
PERCEPTIONS = {
    "1000": {"活动奖励", "现金奖励"},
    "1005": {"劳务报酬", "报销款", "企业补贴", "开工利是"},
}
STYLES = ({"type": "CONFIRM_PAGE"}, {"type": "RED_PACKET"})
LEAST_FEN = 10
LEAST_NAMED_FEN = 30
MUST_BE_NAMED_FEN = 200_000
RED_PACKET_FEN = 20_000


def check_bill(body: dict, terms: Terms) -> None:
    """Raises Refused for the first thing that WeChat would not accept."""
    _check_known_fields(body)
    for field, longest in REQUIRED.items():
        _check_text(body, field, longest, required=True)
    for field, longest in OPTIONAL_TEXT.items():
        _check_text(body, field, longest, required=False)
    if not re.fullmatch(r"[0-9A-Za-z]+", body["out_bill_no"]):
        raise wrong_parameter("商户单号只能由数字、大小写字母组成", "out_bill_no", body["out_bill_no"])
    _check_amount(body)
    _check_scene(body, terms)
    _check_style(body)
    _check_address(body.get("notify_url"))


def _check_known_fields(body: dict) -> None:
    for field in body:
        if field not in {*REQUIRED, *OPTIONAL_TEXT, *OTHERS}:
            raise wrong_parameter("传入了未定义的参数", field, number=270924358)


def _check_text(body: dict, field: str, longest: int, *, required: bool) -> None:
    if field not in body and not required:
        return
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise wrong_parameter(f"输入源“/body/{field}”映射到值字段必填性规则校验失败", field, value)
    if len(value) > longest:
        raise wrong_parameter(f"字符数 {len(value)}，大于最大值 {longest}", field, value)


def _check_amount(body: dict) -> None:
    amount = body.get("transfer_amount")
    if type(amount) is not int:
        raise wrong_parameter("转账金额必须是以分为单位的整数", "transfer_amount", amount)
    if amount < LEAST_FEN:
        raise wrong_parameter("转账金额不能小于0.1元", "transfer_amount", amount)
    named = "user_name" in body
    if amount >= MUST_BE_NAMED_FEN and not named:
        raise wrong_parameter("转账金额大于等于2000元时，收款用户姓名必填", "user_name")
    if amount < LEAST_NAMED_FEN and named:
        raise wrong_parameter("转账金额小于0.3元时，不允许填写收款用户姓名", "user_name")


def _check_scene(body: dict, terms: Terms) -> None:
    scene = body["transfer_scene_id"]
    if scene not in SCENES:
        raise wrong_parameter("转账场景ID不存在", "transfer_scene_id", scene)
    if scene not in terms.scenes:
        raise Refused(403, "NO_AUTH", "你尚未获取该转账场景")
    infos = body.get("transfer_scene_report_infos")
    if not isinstance(infos, list) or not infos:
        raise Refused(400, "PARAM_ERROR", "需传入转账场景报备信息，请检查", number=268435461)
    if not all(_is_info(info) for info in infos) or sorted(_types(infos)) != sorted(SCENES[scene]):
        message = "未传入完整且对应的转账场景报备信息，请根据接口文档检查"
        raise Refused(400, "PARAM_ERROR", message, number=268435461)
    perception = body.get("user_recv_perception")
    if perception and perception not in PERCEPTIONS.get(scene, {perception}):
        raise Refused(400, "INVALID_REQUEST", "暂不支持展示当前传入的用户收款感知")


def _is_info(info: object) -> bool:
    if not isinstance(info, dict) or info.keys() != {"info_type", "info_content"}:
        return False
    content = info["info_content"]
    return isinstance(info["info_type"], str) and isinstance(content, str) and 0 < len(content) <= 32


def _types(infos: list[dict]) -> list[str]:
    return [info["info_type"] for info in infos]


def _check_style(body: dict) -> None:
    if "user_recv_style" not in body:
        return
    style = body["user_recv_style"]
    if style not in STYLES:
        raise wrong_parameter("用户收款样式不正确", "user_recv_style")
    if style["type"] == "RED_PACKET" and body["transfer_amount"] > RED_PACKET_FEN:
        raise wrong_parameter("红包样式的转账金额不能大于200元", "user_recv_style/type", style["type"])


def _check_address(address: str | None) -> None:
    """https without query, as in the real thing; plain http is let through on loopback only."""
    if address is None:
        return
    parts = urlsplit(address)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not (local or parts.scheme == "https") or "?" in address or "#" in address:
        raise wrong_parameter("通知地址必须为https，且不能携带参数", "notify_url", address)


def is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.") or host.endswith(".localhost")
