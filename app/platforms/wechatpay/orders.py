"""What is asked of the platform when money goes to a person."""

import re
from dataclasses import dataclass, field
from typing import Any

TEXT_LENGTH = 32
MINIMUM_FEN = 10
RED_PACKET_MAXIMUM_FEN = 20_000
NAME_FORBIDDEN_BELOW_FEN = 30
NAME_REQUIRED_FROM_FEN = 200_000
BILL_NUMBER = re.compile(r"[0-9A-Za-z]{1,32}")


@dataclass(frozen=True, slots=True)
class TransferScene:
    """Why the money is paid; the platform insists on exactly these kinds of report for each scene."""

    scene_id: str
    reports: tuple[tuple[str, str], ...]


def cash_marketing(activity: str, reward: str) -> TransferScene:
    """Scene 1000 现金营销: the campaign's name and what the reward is for, cut to 32 characters each."""
    return TransferScene("1000", (("活动名称", activity[:TEXT_LENGTH]), ("奖励说明", reward[:TEXT_LENGTH])))


def commission(post: str, reason: str) -> TransferScene:
    """Scene 1005 佣金报酬: the earner's post and what is paid for, cut to 32 characters each."""
    return TransferScene("1005", (("岗位类型", post[:TEXT_LENGTH]), ("报酬说明", reason[:TEXT_LENGTH])))


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """One transfer, in fen. `out_bill_no` is ours and for ever: a retry sends the very same order again.

    `openid` is the receiver's under `app_id`, which must be bound to the merchant. `notify_url` is https and
    has no query. `user_name`, the receiver's real name, is required from 2,000 yuan and forbidden below 0.30.
    `red_packet` shows the confirmation as a red packet, up to 200 yuan.
    """

    app_id: str
    out_bill_no: str
    openid: str
    amount_fen: int
    remark: str
    scene: TransferScene
    notify_url: str | None = None
    user_name: str | None = field(default=None, repr=False)
    perception: str | None = None
    red_packet: bool = False

    def __post_init__(self) -> None:
        if not BILL_NUMBER.fullmatch(self.out_bill_no):
            raise ValueError("a bill number is 1 to 32 letters or digits")
        if self.amount_fen < MINIMUM_FEN:
            raise ValueError("the platform transfers 0.10 yuan or more")
        if self.red_packet and self.amount_fen > RED_PACKET_MAXIMUM_FEN:
            raise ValueError("a red packet holds at most 200 yuan")
        if not self._name_fits():
            raise ValueError("a name is required from 2,000 yuan and forbidden below 0.30")

    def _name_fits(self) -> bool:
        if self.user_name:
            return self.amount_fen >= NAME_FORBIDDEN_BELOW_FEN
        return self.amount_fen < NAME_REQUIRED_FROM_FEN

    def to_body(self, closed_name: str | None) -> dict[str, Any]:
        """The request's fields; `closed_name` is the name encrypted for the platform."""
        optional = {
            "notify_url": self.notify_url,
            "user_name": closed_name,
            "user_recv_perception": self.perception,
            "user_recv_style": {"type": "RED_PACKET"} if self.red_packet else None,
        }
        return {
            "appid": self.app_id,
            "out_bill_no": self.out_bill_no,
            "transfer_scene_id": self.scene.scene_id,
            "openid": self.openid,
            "transfer_amount": self.amount_fen,
            "transfer_remark": self.remark[:TEXT_LENGTH],
            "transfer_scene_report_infos": [
                {"info_type": kind, "info_content": content} for kind, content in self.scene.reports
            ],
        } | {name: value for name, value in optional.items() if value is not None}
