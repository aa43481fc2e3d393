"""Which codes a newcomer is given to scan: such as nobody has used yet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import codes, custody, rewards
from app.kit.transaction import transaction
from config.dev.processes import CannotContinue
from config.dev.seed_stories import FIRST_CODE_NO, FIRST_SHIPMENT, LAOWANG, Story

OPENED = f"a bottle of an opened case: pays you, {LAOWANG} and the dealer · 已开箱的一瓶：三方入账"
UNOPENED = "a bottle of a case that nobody opened: pays you only, and says why · 没开箱的一瓶：只付给您"
CASE = f"a case: open it as 老王, the owner of {LAOWANG} · 一箱：以店主老王的身份开箱"


@dataclass(frozen=True, slots=True)
class ReadyCode:
    label: str
    text: str


def ready_codes(brand_id: int, story: Story) -> list[ReadyCode]:
    """Three codes: a unit of an opened case, a unit of an unopened one, a case to open.

    Where a long demo has used everything up, the last of its kind is given again.
    """
    with transaction(brand_id) as session:
        opened, unopened = _cases_by_state(session, story)
        chosen = (
            (OPENED, _first(_units(story, opened), lambda code_no: not _is_claimed(session, code_no))),
            (UNOPENED, _first(_units(story, unopened[::-1]), lambda code_no: not _is_claimed(session, code_no))),
            (CASE, _case_no(story, (unopened or opened)[0])),
        )
    return [ReadyCode(label, _text(brand_id, code_no)) for label, code_no in chosen]


def _cases_by_state(session: Session, story: Story) -> tuple[list[int], list[int]]:
    """Which cases of the first shipment a shop has opened, and which not, counted from 0."""
    opened: list[int] = []
    unopened: list[int] = []
    for case in FIRST_SHIPMENT:
        path = custody.lineage(session, _case_no(story, case))
        (unopened if path.opened_case_no is None else opened).append(case)
    return opened, unopened


def _case_no(story: Story, case: int) -> int:
    """The cases were minted right after the units."""
    return FIRST_CODE_NO + story.units + case


def _units(story: Story, cases: Iterable[int]) -> list[int]:
    size = story.units_per_case
    return [FIRST_CODE_NO + case * size + unit for case in cases for unit in range(size)]


def _first(code_nos: list[int], suits: Callable[[int], bool]) -> int:
    return next((code_no for code_no in code_nos if suits(code_no)), code_nos[-1])


def _is_claimed(session: Session, code_no: int) -> bool:
    return rewards.claim_row(session, code_no) is not None


def _text(brand_id: int, code_no: int) -> str:
    text = codes.text_of(brand_id, code_no)
    if text is None:
        raise CannotContinue("the demo's codes cannot be read: the master key in var/secrets is not theirs")
    return text
