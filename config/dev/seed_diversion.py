"""Goods that went astray: cases of one dealer whose bottles were scanned in Kunshan, far from its counties."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import custody
from app.diversion.jobs import SETTLING, judge_sightings
from app.kit import clock
from config.dev.seed_stories import FIRST_CODE_NO, QINGQUAN, Story

SEED = 20261125
DIVERTED, ORDINARY = range(10, 13), range(13, 19)  # cases of the first pallet, which nobody has opened
KUNSHAN, SUZHOU = "320583", "320505"
OWN_COUNTIES = ("310101", "310104", "310104", "310105")  # the last one lies next to them
SCANNED, ASTRAY, STRAY, IN_ONE_PLACE = 0.6, 0.8, 0.05, 0.9  # chances: a lorry empties in one place
LAST_DAYS = 9


def tell_of_diversion(session: Session, story: Story, *, at: datetime) -> None:
    """Note who saw those bottles where; only 清泉 has such trouble."""
    if story is not QINGQUAN:
        return
    for number, (code_no, county, days_ago) in enumerate(_scans(story)):
        seen = custody.Seen(code_no=code_no, kind="query", device=f"demo{number:04}", county=county)
        custody.note_sighting(session, seen, at=at - timedelta(days=days_ago, minutes=17 * number))


def _scans(story: Story) -> Iterator[tuple[int, str, int]]:
    """Code, county and days ago: of the diverted cases most in one county, of the others few."""
    chance = random.Random(SEED)
    for case in (*DIVERTED, *ORDINARY):
        for unit in range(story.units_per_case):
            if chance.random() > SCANNED:
                continue
            away = chance.random() < (ASTRAY if case in DIVERTED else STRAY)
            astray = KUNSHAN if chance.random() < IN_ONE_PLACE else SUZHOU
            county = astray if away else chance.choice(OWN_COUNTIES)
            yield FIRST_CODE_NO + case * story.units_per_case + unit, county, chance.randrange(1, LAST_DAYS)


def judge_now(brand_id: int) -> None:
    """As the worker would a minute later, so that the case file is there when somebody looks."""
    judge_sightings(brand_id=brand_id, at=clock.now() + SETTLING + timedelta(milliseconds=1))
