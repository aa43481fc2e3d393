"""Prizes that are not money: a shelf on which every bottle wins one, and shops that hand them over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import campaigns, channel, tenancy
from app.kit import clock
from app.kit.transaction import transaction
from app.rewards.actions import AtShop, Redeemed, redeem
from app.rewards.queries import grant_row
from app.rewards.rules import Settings, Shown, key_of, sign, window_of
from tests.builders.catalog import a_sku
from tests.builders.channel import a_terminal, an_owner, bearer, someone_with, staff_headers
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand

DEFAULTS: dict[str, dict[str, Any]] = {
    "another": {"value_fen": 500, "lasts_days": 30, "goods_fen": 350, "service_fen": 50},
    "one_yuan": {"value_fen": 500, "lasts_days": 30, "price_fen": 100, "goods_fen": 250, "service_fen": 50},
    "points": {"points": 300, "lasts_days": 30},
    "goods": {"value_fen": 90_000, "lasts_days": 30},
}
NAMES = {"another": "再来一瓶", "one_yuan": "一元乐享", "points": "三百积分", "goods": "旅行箱"}


def a_prize(session: Session, kind="another", **changed: Any) -> campaigns.Prize:
    sku_id = None if kind == "points" else a_sku(session, name="清泉气泡水", spec="330ml").id
    return campaigns.Prize(kind, sku_id=sku_id, **(DEFAULTS[kind] | changed))


@dataclass(frozen=True, slots=True)
class Prizes:
    """A brand whose bottles all win such a prize, and a second shop of the same dealer."""

    brand: TestBrand
    client: FlaskClient
    shelf: Shelf
    other: channel.Terminal
    other_owner: int

    @property
    def key(self) -> bytes:
        return key_of(tenancy.lookup_key(self.brand.id))

    def headers(self, person_id: int) -> dict[str, str]:
        with transaction(self.brand.id) as session:
            return bearer(session, person_id)

    @property
    def consumer(self) -> dict[str, str]:
        return self.headers(self.shelf.consumer_id)

    @property
    def owner(self) -> dict[str, str]:
        return self.headers(self.shelf.owner_id)

    @property
    def second(self) -> dict[str, str]:
        """Who owns the other shop."""
        return self.headers(self.other_owner)

    def stranger(self) -> dict[str, str]:
        with transaction(self.brand.id) as session:
            return bearer(session, someone_with(session))

    def staff(self, role="brand_operator") -> dict[str, str]:
        with transaction(self.brand.id) as session:
            return staff_headers(session, role)

    def win(self, index=0) -> int:
        """Scan a bottle as the consumer; the id of the prize."""
        headers = self.consumer
        code = self.shelf.code(self.brand.id, index)
        won = self.client.post("/api/consumer/claims", json={"code": code}, headers=headers)
        assert won.status_code == 200, won.get_json()
        newest = self.client.get("/api/consumer/grants", headers=headers).get_json()["items"][0]
        return int(newest["id"])

    def show(self, grant_id: int) -> dict[str, Any]:
        """What the consumer's phone shows."""
        return self.client.post(f"/api/consumer/grants/{grant_id}/presentation", headers=self.consumer).get_json()

    def look(self, code: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """What a shop sees of it, by default the one that opened the case."""
        return self.client.post(
            "/api/terminal/redemptions/look", json={"code": code}, headers=headers or self.owner
        ).get_json()

    def confirm(self, ticket: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(
            "/api/terminal/redemptions", json={"ticket": ticket}, headers=headers or self.owner
        )
        return answer.status_code, answer.get_json()

    def redeem(self, index=0) -> int:
        """Win a prize and have it handed over by the shop; the id of the prize."""
        grant_id = self.win(index)
        ticket = self.look(self.signed(grant_id))["ticket"]
        assert self.confirm(ticket)[0] == 200
        return grant_id

    def signed(self, grant_id: int, at: datetime | None = None) -> str:
        """What stands in the QR code at an instant."""
        return sign(self.key, "shown", Shown(grant_id, window_of(at or clock.now())))


def prizes_of(brand: TestBrand, client: FlaskClient, kind="another", **changed: Any) -> Prizes:
    with transaction(brand.id) as session:
        prize = a_prize(session, kind, **changed)
        shelf = a_shelf(session, tiers=((NAMES[kind], 0, 48, prize),))
        other = a_terminal(session, dealer=shelf.dealer)
        return Prizes(brand, client, shelf, other, an_owner(session, other))


def hand_over(
    session: Session,
    grant_id: int,
    terminal: channel.Terminal,
    *,
    at: datetime,
    way="live",
    settings: Settings | None = None,
) -> Redeemed:
    """Redeem a prize at a shop whose clerk has just scanned it."""
    shown = Shown(grant_id, window_of(at))
    place = AtShop(terminal, 1, way)
    return redeem(session, grant_row(session, grant_id), shown, place, settings=settings or Settings(), at=at)
