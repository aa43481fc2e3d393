"""Two hands at one file: the database decides, and the invariants hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier

from sqlalchemy import select

from app import diversion
from app.diversion.errors import AnswerAwaited, NotStanding, SamePerson, WrongState
from app.diversion.models import ConsequenceRow, EvidenceRow, FileRow, SignalRow, StepRow
from app.diversion.queries import check_invariants
from app.kit import clock
from tests.builders.diversion import FAR, judge, scans


def at_once(app, *tasks: Callable[[], str]) -> list[str]:
    """The answers of all tasks, started in the same instant."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], str]) -> str:
        with app.app_context():
            start.wait(timeout=20)
            return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(run, tasks))


def moving(committed, file_id: int, action: str) -> Callable[[], str]:
    def move() -> str:
        try:
            with committed() as session:
                diversion.decide(session, file_id=file_id, action=action, words="裁定", by=1, at=clock.now())
        except (WrongState, AnswerAwaited):
            return "refused"
        return action

    return move


def test_of_many_decisions_at_once_one_stands(app, story, committed):
    answers = at_once(app, *[moving(committed, story.file_id, name) for name in ("notify", "dismiss") * 6])
    assert answers.count("refused") >= 10
    with committed() as session:
        state = session.scalars(select(FileRow.state)).one()
        steps = list(session.scalars(select(StepRow.state).order_by(StepRow.id)))
        assert steps[-1] == state
        assert check_invariants(session) == []


def test_an_appeal_waits_for_a_second_person_whoever_tries_first(app, story, committed):
    facts = {"file_id": story.file_id, "words": "裁定", "at": clock.now()}
    with committed() as session:
        diversion.decide(session, action="notify", by=1, **facts)
        diversion.speak(session, action="answer", dealer_ids=[story.east.id], by=2, **facts)
        diversion.decide(session, action="uphold", by=1, **facts)
        diversion.speak(session, action="appeal", dealer_ids=[story.east.id], by=2, **facts)

    def decide(action: str, by: int) -> str:
        try:
            with committed() as session:
                diversion.decide(session, action=action, by=by, **facts)
        except (SamePerson, WrongState):
            return "refused"
        return f"{action} by {by}"

    tasks = [partial(decide, "confirm", 1), partial(decide, "lift", 1), partial(decide, "lift", 3)]
    assert at_once(app, *tasks) == ["lift by 3", "refused", "refused"]


def test_no_consequence_slips_past_an_appeal(app, story, committed):
    with committed() as session:
        for action in ("notify", "uphold"):
            if action == "uphold":
                mine = {"dealer_ids": [story.east.id], "file_id": story.file_id, "by": 2, "at": clock.now()}
                diversion.speak(session, action="answer", words="申辩", **mine)
            diversion.decide(session, file_id=story.file_id, action=action, words="裁定", by=1, at=clock.now())

    def appeal() -> str:
        with committed() as session:
            diversion.speak(session, action="appeal", words="申诉", **mine)
        return "appealed"

    def stop() -> str:
        facts = {"stage": "notice", "starts_on": date(2026, 12, 1), "reason": "窜货"}
        try:
            with committed() as session:
                diversion.set_consequence(session, file_id=story.file_id, by=1, at=clock.now(), **facts)
        except NotStanding:
            return "refused"
        return "set"

    answers = at_once(app, appeal, stop)
    assert answers in (["appealed", "refused"], ["appealed", "set"])
    with committed() as session:
        assert len(session.scalars(select(ConsequenceRow)).all()) == answers.count("set")


def test_workers_that_judge_at_once_open_one_file(app, story, brand, committed):
    with committed() as session:
        scans(session, range(story.goods.units.lo + 24, story.goods.units.lo + 40), FAR)

    def run() -> str:
        judge(brand.id)
        return "judged"

    at_once(app, *[run] * 6)
    with committed() as session:
        files = session.scalars(select(FileRow)).all()
        causes = list(session.scalars(select(SignalRow.cause)))
        assert len(files) == 2
        assert len(causes) == len(set(causes))
        assert check_invariants(session) == []
        assert session.scalars(select(EvidenceRow).where(EvidenceRow.file_id == files[-1].id)).all()
