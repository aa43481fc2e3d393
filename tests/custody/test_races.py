from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from app import custody
from app.custody.errors import AlreadyReversed, MovedSince
from app.kit.database import database
from tests.builders.channel import a_dealer, a_terminal, an_owner
from tests.builders.codes import a_batch, packed_batches
from tests.builders.custody import AT, a_document, a_receipt, a_shipment, party_of

RACERS = 16


def at_once(app, tasks: Sequence[Callable[[], str]]) -> Counter[str]:
    """Start all tasks in the same instant, each in a thread of its own; how often each answer came."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], str]) -> str:
        with app.app_context():
            start.wait(timeout=20)
            return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return Counter(pool.map(run, tasks))


def test_of_sixteen_terminals_exactly_one_opens_the_case(app, brand, committed):
    with committed() as session:
        case_no = packed_batches(session).cases.lo
        dealer = a_dealer(session)
        shops = [a_terminal(session, dealer=dealer) for _ in range(RACERS)]
        openers = [(shop.id, an_owner(session, shop)) for shop in shops]

    def opening(terminal_id: int, person_id: int) -> str:
        try:
            with committed() as session:
                custody.open_case(session, code_no=case_no, terminal_id=terminal_id, person_id=person_id, at=AT)
        except custody.AlreadyOpened:
            return "refused"
        return f"opened by {terminal_id}"

    answers = at_once(app, [lambda one=one: opening(*one) for one in openers])
    assert answers.pop("refused") == RACERS - 1
    (winner,) = answers
    with committed() as session:
        assert winner == f"opened by {custody.lineage(session, case_no).terminal_id}"


def test_one_terminal_asking_sixteen_times_at_once_opens_once(app, brand, committed):
    with committed() as session:
        case_no = packed_batches(session).cases.lo
        shop = a_terminal(session)
        person_id = an_owner(session, shop)

    def opening() -> str:
        with committed() as session:
            opened = custody.open_case(session, code_no=case_no, terminal_id=shop.id, person_id=person_id, at=AT)
        return "repeated" if opened.repeated else "opened"

    assert at_once(app, [opening] * RACERS) == {"opened": 1, "repeated": RACERS - 1}


def test_shipments_that_cross_leave_disjoint_holdings(app, brand, committed):
    with committed() as session:
        cases = a_batch(session, level="case", count=60)
        dealers = [a_dealer(session) for _ in range(RACERS)]

    def shipping(index: int) -> str:
        with committed() as session:
            part = range(cases.lo + 2 * index, cases.lo + 2 * index + 28, 1 + index % 3)
            a_shipment(session, part, dealer=dealers[index])
        return "shipped"

    assert at_once(app, [lambda index=index: shipping(index) for index in range(RACERS)]) == {"shipped": RACERS}
    with committed() as session:
        assert custody.check_invariants(session) == []


def test_one_shipment_sent_sixteen_times_at_once_is_recorded_once(app, brand, committed):
    with committed() as session:
        cases = a_batch(session, level="case", count=3)
        dealer = a_dealer(session)

    def shipping() -> str:
        with committed() as session:
            shipped = a_shipment(session, range(cases.lo, cases.hi), dealer=dealer, number="FH-1")
        return "repeated" if shipped.repeated else "recorded"

    assert at_once(app, [shipping] * RACERS) == {"recorded": 1, "repeated": RACERS - 1}
    assert database.engine.pool.checkedout() == 0


def test_of_two_documents_that_move_the_same_case_one_wins(app, brand, committed):
    with committed() as session:
        packed, dealer = packed_batches(session), a_dealer(session)
        others = [a_dealer(session) for _ in range(RACERS)]
        a_shipment(session, [packed.pallets.lo], dealer=dealer)

    def moving(index: int) -> str:
        things = [packed.cases.lo, packed.cases.lo + 1 + index % 3] if index % 2 else [packed.pallets.lo]
        try:
            with committed() as session:
                sender, receiver = party_of(dealer), party_of(others[index])
                a_document(session, things, kind="transferred", sender=sender, receiver=receiver)
        except custody.NotHeld:
            return "refused"
        return f"moved to {others[index].id}"

    answers = at_once(app, [lambda index=index: moving(index) for index in range(RACERS)])
    assert answers.pop("refused") == RACERS - 1
    (winner,) = answers
    with committed() as session:
        assert winner == f"moved to {custody.lineage(session, packed.cases.lo).dealer_id}"
        assert custody.check_invariants(session) == []


def test_a_document_is_received_or_taken_back_but_not_both(app, brand, committed):
    with committed() as session:
        packed, dealer = packed_batches(session), a_dealer(session)
        other = a_dealer(session)
        a_shipment(session, [packed.pallets.lo], dealer=dealer)
        ways = {"kind": "transferred", "sender": party_of(dealer), "receiver": party_of(other)}
        sent = a_document(session, [packed.cases.lo], **ways)

    def answering(index: int) -> str:
        try:
            with committed() as session:
                if index % 2:
                    return a_receipt(session, sent, number="R-1").kind
                return custody.reverse_document(session, document_id=sent.id, by=1, at=AT).kind
        except (AlreadyReversed, MovedSince):
            return "refused"

    answers = at_once(app, [lambda index=index: answering(index) for index in range(RACERS)])
    assert answers.pop("refused") == RACERS // 2
    assert list(answers.values()) == [RACERS // 2]
    with committed() as session:
        assert custody.check_invariants(session) == []
