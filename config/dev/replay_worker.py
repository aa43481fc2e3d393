"""One worker of the replay: a process with the product in it, in which shops open cases and households claim."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from typing import Final

from flask import Flask

from app import codes, custody, identity, scans
from app.factory import create_app
from app.identity.rules import SESSION_LASTS, TokenKeys, read_access
from app.kit import cache
from app.kit.errors import AppError
from app.kit.transaction import transaction
from app.platforms import PlatformIdentity
from config.dev.replay_goods import Stocked
from config.dev.replay_plan import Happenings
from config.settings import Settings

APP_ID = "wx00000000000replay"
AUDIENCE: Final = "consumer"
TRIES = 3
ROUND = 500  # happenings between two looks at the outbox, which never grows long so


@dataclass(frozen=True, slots=True)
class Errand:
    """All that a worker is sent out with."""

    env: dict[str, str]
    stocked: Stocked
    households: list[int]
    happenings: Happenings


@dataclass(slots=True)
class Tally:
    """What was done, in how many seconds of CPU of this process; `refused` counts claims by the error's code."""

    openings: int = 0
    claims: int = 0
    jobs: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    scan_cpu: float = 0.0
    job_cpu: float = 0.0

    def add(self, other: "Tally") -> None:
        self.openings += other.openings
        self.claims += other.claims
        self.jobs += other.jobs
        self.refused.update(other.refused)
        self.scan_cpu += other.scan_cpu
        self.job_cpu += other.job_cpu


def work(errand: Errand, reports: "Queue[Tally]") -> None:
    """Live through the happenings and report after every round."""
    settings = Settings.from_env(errand.env)
    app = create_app(settings)
    with app.app_context():
        cast = Cast(errand.stocked, errand.households, TokenKeys(settings.token_keys))
        for start in range(0, len(errand.happenings), ROUND):
            tally = Tally()
            _live(cast, _some(errand.happenings, start), tally)
            _react(app, tally)
            reports.put(tally)


def _some(happenings: Happenings, start: int) -> Iterator[tuple[datetime, bool, int, int]]:
    part = slice(start, start + ROUND)
    columns = (happenings.at, happenings.opens, happenings.number, happenings.who)
    for seconds, opens, number, who in zip(*(column[part].tolist() for column in columns), strict=True):
        yield datetime.fromtimestamp(seconds, UTC), opens, number, who


def _live(cast: "Cast", happenings: Iterator[tuple[datetime, bool, int, int]], tally: Tally) -> None:
    started = time.process_time()
    for at, opens, number, who in happenings:
        if opens:
            cast.open_case(number, who, at)
            tally.openings += 1
        else:
            refusal = cast.claim(number, who, at)
            tally.claims += refusal is None
            tally.refused.update([refusal] if refusal else [])
    tally.scan_cpu += time.process_time() - started


def _react(app: Flask, tally: Tally) -> None:
    """What the demo's worker does beside the web server."""
    started = time.process_time()
    tally.jobs += app.extensions["malu_worker"].run_until_idle()
    tally.job_cpu += time.process_time() - started


class Cast:
    """Shops and households, the latter signed in when they first come, and again when that has run out."""

    def __init__(self, stocked: Stocked, households: list[int], keys: TokenKeys) -> None:
        self._stocked = stocked
        self._households = households
        self._keys = keys
        self._actors: dict[int, tuple[identity.Actor, datetime]] = {}

    def open_case(self, number: int, store: int, at: datetime) -> None:
        """The owner's scan of a case's code."""
        brand_id, shop = self._stocked.brand_id, self._stocked.shops[store]
        case = custody.read_case(brand_id, self._text(self._stocked.first_case + number))
        with transaction(brand_id) as session:
            custody.open_case(
                session, code_no=case.code_no, terminal_id=shop.terminal_id, person_id=shop.owner_id, at=at
            )

    def claim(self, number: int, household: int, at: datetime) -> str | None:
        """A household's claim of a unit, as the web server makes it; the code of the refusal, if any."""
        text, actor = self._text(self._stocked.first_unit + number), self._actor(household, at)
        for _ in range(TRIES):
            try:
                self._try(text, actor, at)
            except scans.StaleMemory:
                cache.forget(actor.brand_id)
            except scans.LostRace:
                continue
            except AppError as refusal:
                return refusal.code
            else:
                return None
        return scans.StaleMemory.code

    def _try(self, text: str, actor: identity.Actor, at: datetime) -> None:
        found = scans.known(actor.brand_id, text)
        if found is None:
            raise codes.UnknownCode
        with transaction(actor.brand_id) as session:
            scans.claim(session, found, actor=actor, at=at)

    def _text(self, code_no: int) -> str:
        text = codes.text_of(self._stocked.brand_id, code_no)
        if text is None:
            raise LookupError(code_no)
        return text

    def _actor(self, household: int, at: datetime) -> identity.Actor:
        actor, ends_at = self._actors.get(household) or self._sign_in(household, at)
        if ends_at <= at:
            actor, ends_at = self._sign_in(household, at)
        self._actors[household] = actor, ends_at
        return actor

    def _sign_in(self, household: int, at: datetime) -> tuple[identity.Actor, datetime]:
        brand_id, name = self._stocked.brand_id, self._households[household]
        known = PlatformIdentity("wechat", APP_ID, f"oHousehold{name:06}")
        with transaction(brand_id) as session:
            person = identity.sign_in(session, identity=known, at=at, nickname=f"家庭{name}")
            tokens = identity.open_session(session, person_id=person.id, audience=AUDIENCE, at=at)
        access = read_access(self._keys, tokens.access_token, brand_id=brand_id, audience=AUDIENCE, at=at)
        actor = identity.Actor(access.person_id, brand_id, AUDIENCE, access.session_id, access.generation)
        return actor, at + SESSION_LASTS[AUDIENCE]
