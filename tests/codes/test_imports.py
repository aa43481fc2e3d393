"""Association files: everything right is stored once, anything wrong is told by line and stores nothing."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from app import codes
from app.codes import errors
from app.codes.actions import complete_import, retry_import
from app.codes.jobs.imports import check_import
from app.codes.models import ImportErrorRow, ImportRow, PackingEventRow, PackingRow
from app.codes.rules import print_url
from app.codes.rules.associations import Associations
from app.kit import cache, clock
from tests.builders.associations import in_order, line_batches, line_file, parents, texts, upload
from tests.builders.catalog import a_sku
from tests.builders.codes import a_batch, texts_of, void
from tests.builders.console import staff_headers
from tests.conftest import client_of


@pytest.fixture
def staff(brand):
    return staff_headers(brand)


@pytest.fixture
def made(committed):
    with committed() as session:
        return line_batches(session)


@pytest.fixture
def known(committed, made):
    """The texts of the units, the cases and the pallets."""
    with committed() as session:
        return texts(session, made)


@pytest.fixture
def sent(client, staff, worker, committed):
    """Uploads a file, lets the worker check it, and answers its row and its errors."""

    def send(body, **query):
        answer = upload(client, staff, body, **query)
        assert answer.status_code == 202, answer.get_json()
        worker()
        with committed() as session:
            row = session.scalar(select(ImportRow).where(ImportRow.id == int(answer.get_json()["id"])))
            found = session.scalars(
                select(ImportErrorRow).where(ImportErrorRow.import_id == row.id).order_by(ImportErrorRow.line)
            ).all()
        return row, [(one.line, one.code) for one in found]

    return send


def stored(committed):
    with committed() as session:
        return session.scalar(select(func.count()).select_from(PackingRow))


def test_a_clean_file_is_stored_in_one_row(sent, committed, made, known):
    units, cases, _ = known
    row, wrong = sent(line_file(in_order(cases, units, 24)))
    assert (row.state, row.lines, row.checked, row.units, row.parents, row.wrong, wrong) == (
        "done", 48, 48, 48, 2, 0, [],
    )  # fmt: skip
    assert stored(committed) == 1
    with committed() as session:
        assert (
            parents(session, range(made.units.lo, made.units.hi))
            == [made.cases.lo] * 24 + [made.cases.lo + 1] * 24
        )
        assert codes.check_invariants(session) == []
        event = session.scalar(select(PackingEventRow))
        assert (event.kind, event.import_id, event.lo, event.hi) == (
            "imported",
            row.id,
            made.units.lo,
            made.units.hi,
        )


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("columns", ["", "parent,child", "上级码,下级码", "Child_Code,Parent_Code"])
def test_every_way_of_writing_a_file_reads_the_same(sent, committed, made, known, ends, mark, columns):
    units, cases, _ = known
    pairs = [
        (f'"{case.lower()}"', print_url("https://Q.example.com", unit))
        for case, unit in in_order(cases, units, 24)
    ]
    if columns.startswith("Child"):
        pairs = [pair[::-1] for pair in pairs]
    head = "# 工厂: 一厂\n# line：3号线\n#lot: L-7\n# 说明\n"
    row, wrong = sent(mark + line_file(pairs, head=head, columns=columns, ends=ends))
    assert (row.state, wrong) == ("done", [])
    assert (row.factory, row.line, row.lot) == ("一厂", "3号线", "L-7")
    with committed() as session:
        assert parents(session, [made.units.hi - 1]) == [made.cases.lo + 1]


def test_position_time_and_digital_link_addresses_are_taken(sent, known):
    units, cases, _ = known
    links = [
        (
            case,
            f"https://id.example.com/01/06901234567892/10/L7/21/{unit}?17=271001",
            str(place),
            "2026-11-02 12:00",
        )
        for place, (case, unit) in enumerate(in_order(cases, units, 24))
    ]
    row, wrong = sent(line_file(links, columns="parent,child,position,time"))
    assert (row.state, row.units, wrong) == ("done", 48, [])


@pytest.mark.parametrize("columns", ["", "parent,first_child,last_child"])
def test_a_file_of_ranges_is_taken(sent, committed, made, known, columns):
    units, cases, _ = known
    row, wrong = sent(
        line_file([(cases[0], units[0], units[23]), (cases[1], units[25], units[47])], columns=columns)
    )
    assert (row.state, row.lines, row.units, wrong) == ("done", 2, 47, [])
    with committed() as session:
        assert parents(session, [made.units.lo + 23, made.units.lo + 24, made.units.hi - 1]) == [
            made.cases.lo, None, made.cases.lo + 1,
        ]  # fmt: skip


def test_every_kind_of_error_is_told_by_line_and_nothing_is_stored(sent, committed, made, known):
    units, cases, pallets = known
    with committed() as session:
        other = texts_of(session, a_batch(session, sku=a_sku(session), count=2))
        void(session, lo=made.units.lo + 7, hi=made.units.lo + 8, reason="打样", by=1, at=clock.now())
        codes.pack_ranges(
            session, ranges=[(made.units.lo + 9, made.units.lo + 10, made.cases.lo + 1)], at=clock.now()
        )
    pairs = [
        (cases[0], units[0]),
        (cases[0], "0000000000000000"),
        ("", units[1]),
        (cases[0],),
        (cases[0], units[2]),
        (cases[1], units[2]),
        (cases[0], other[0]),
        (units[3], units[4]),
        (cases[0], pallets[0]),
        (cases[0], units[7]),
        (cases[0], units[9]),
        (cases[0], units[5] + "X"),
    ]
    row, wrong = sent(line_file(pairs))
    assert (row.state, row.wrong, row.units, len(wrong)) == ("refused", 10, 0, 10)
    assert wrong == [
        (3, "codes.unknown_child"),
        (4, "codes.unknown_parent"),
        (5, "codes.bad_line"),
        (7, "codes.repeated_child"),
        (8, "codes.wrong_sku"),
        (9, "codes.wrong_level"),
        (10, "codes.wrong_level"),
        (11, "codes.void"),
        (12, "codes.already_packed"),
        (13, "codes.unknown_child"),
    ]
    with committed() as session:
        told = {one.line: one for one in session.scalars(select(ImportErrorRow))}
        assert parents(session, [made.units.lo]) == [None]
    assert told[7].message == "这个下级码在第 6 行已经出现"
    assert told[7].text == f"{cases[1]},{units[2]}"
    assert told[12].message_en == f"This child is packed in {cases[1]} already"


def test_a_range_backwards_across_batches_or_over_a_withdrawn_code_is_refused(sent, committed, made, known):
    units, cases, _ = known
    with committed() as session:
        void(session, lo=made.units.lo + 30, hi=made.units.lo + 31, reason="打样", by=1, at=clock.now())
    ranges = [(cases[0], units[9], units[3]), (cases[0], units[10], cases[1]), (cases[1], units[24], units[40])]
    _, wrong = sent(line_file(ranges, columns="parent,first_child,last_child"))
    assert wrong == [(2, "codes.reversed_range"), (3, "codes.reversed_range"), (4, "codes.void")]


def test_more_in_a_parent_than_the_head_allows_is_refused(sent, known):
    units, cases, _ = known
    row, wrong = sent(line_file([(cases[0], unit) for unit in units[:5]], head="# 每箱: 3", columns=""))
    assert (row.state, wrong) == ("refused", [(5, "codes.parent_full"), (6, "codes.parent_full")])


def test_only_the_first_thousand_errors_are_kept_and_all_are_counted(sent, known):
    _, cases, _ = known
    row, wrong = sent(line_file([(cases[0], "X")] * 2500))
    assert (row.wrong, len(wrong), wrong[0][0], wrong[-1][0]) == (2500, 1000, 2, 1001)


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf", b"parent,child\n", b"# lot: 7\n\n\n"])
def test_a_file_without_lines_says_so(sent, body):
    row, wrong = sent(body)
    assert (row.state, wrong) == ("refused", [(1, "codes.no_lines")])


def test_bytes_that_are_no_text_and_endless_lines_are_errors_and_no_accident(sent, known):
    units, cases, _ = known
    body = (
        cases[0].encode()
        + b",\xff\x00\xfe\n"
        + b"x" * 5_000_000
        + b"\n"
        + line_file([(cases[0], units[0])], columns="")
    )
    row, wrong = sent(body)
    assert wrong == [(1, "codes.unknown_child"), (2, "codes.bad_line")]
    assert row.lines == 3


def test_a_shuffled_file_is_stored_as_maps_and_answers_right(sent, committed):
    with committed() as session:
        made = line_batches(session, units=4800, cases=200)
        units, cases, _ = texts(session, made)
    places = list(range(4800))
    random.Random(3).shuffle(places)
    row, wrong = sent(line_file((cases[index // 24], units[place]) for index, place in enumerate(places)))
    assert (row.state, wrong) == ("done", [])
    with committed() as session:
        maps = session.scalar(select(func.count()).select_from(PackingRow).where(PackingRow.offsets.is_not(None)))
        assert maps == session.scalar(select(func.count()).select_from(PackingRow))
        assert maps <= 4800 // 512 + 2
        expected = {made.units.lo + place: made.cases.lo + index // 24 for index, place in enumerate(places)}
        some = range(made.units.lo, made.units.hi, 37)
        assert parents(session, some) == [expected[number] for number in some]
        assert codes.check_invariants(session) == []


def test_the_same_bytes_again_are_the_same_import(client, staff, worker, committed, known):
    units, cases, _ = known
    body = line_file(in_order(cases, units, 24))
    first = upload(client, staff, body).get_json()
    second = upload(client, staff, body, name="again.csv").get_json()
    worker()
    third = upload(client, staff, body).get_json()
    assert first["id"] == second["id"] == third["id"]
    assert third["state"] == "done"
    assert stored(committed) == 1


def test_uploading_at_once_makes_one_import(app, brand, committed, known):
    units, cases, _ = known
    body, headers = line_file(in_order(cases, units, 24)), staff_headers(brand)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: upload(client_of(app, brand), headers, body).get_json(), range(6)))
    assert len({answer["id"] for answer in answers}) == 1


def test_a_dry_run_stores_nothing_and_the_same_file_may_then_be_imported(sent, committed, known):
    units, cases, _ = known
    body = line_file(in_order(cases, units, 24))
    tried, _ = sent(body, dry_run="true")
    assert (tried.state, tried.dry_run, tried.units) == ("done", True, 48)
    assert stored(committed) == 0
    row, _ = sent(body)
    assert (row.state, row.id == tried.id, stored(committed)) == ("done", False, 1)


def test_a_corrected_file_may_repeat_what_is_packed_already(sent, committed, made, known):
    units, cases, _ = known
    sent(line_file(in_order(cases, units, 24)[:30]))
    row, wrong = sent(line_file(in_order(cases, units, 24)))
    assert (row.state, wrong) == ("done", [])
    with committed() as session:
        assert parents(session, [made.units.lo, made.units.hi - 1]) == [made.cases.lo, made.cases.lo + 1]


def test_a_refused_file_is_checked_again_after_what_it_complained_of_was_put_right(sent, committed, worker, known):
    units, _, _ = known
    with committed() as session:
        new = a_batch(session, level="case", count=1)
    row, wrong = sent(line_file([(texts_now(committed, new)[0], units[0])]))
    assert (row.state, wrong) == ("refused", [(2, "codes.wrong_sku")])
    with committed() as session:
        session.execute(
            text("UPDATE codes_batch SET sku_id = (SELECT sku_id FROM codes_batch WHERE level = 'unit'"
                 " AND brand_id = :brand LIMIT 1) WHERE id = :id AND brand_id = :brand"),
            {"id": new.id, "brand": session.info["brand_id"]},
        )  # fmt: skip
        cache.bump(session, session.info["brand_id"])
        retry_import(session, row.id, at=clock.now())
    worker()
    with committed() as session:
        again = session.get(ImportRow, (session.info["brand_id"], row.id))
        assert (again.state, again.units) == ("done", 1)
        with pytest.raises(errors.ImportNotRefused):
            retry_import(session, row.id, at=clock.now())


def texts_now(committed, batch):
    with committed() as session:
        return texts_of(session, batch)


def test_two_workers_on_one_file_store_it_once(app, client, brand, staff, committed, known):
    units, cases, _ = known
    import_id = int(upload(client, staff, line_file(in_order(cases, units, 24))).get_json()["id"])

    def check(_):
        with app.app_context():
            check_import(brand_id=brand.id, import_id=import_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(check, range(4)))
    assert stored(committed) == 1
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(PackingEventRow)) == 1


def test_a_child_that_is_packed_between_check_and_commit_stops_the_file(client, staff, committed, made, known):
    units, cases, _ = known
    import_id = int(upload(client, staff, line_file(in_order(cases, units, 24))).get_json()["id"])
    given = Associations.of([(made.units.lo, made.units.lo + 24, made.cases.lo)])
    with committed() as session:
        codes.pack_ranges(session, ranges=[(made.units.lo, made.units.lo + 1, made.cases.lo + 1)], at=clock.now())
    with pytest.raises(errors.AlreadyPacked), committed() as session:
        complete_import(session, import_id, given, lines=24, head={}, at=clock.now())
    with committed() as session:
        assert session.scalar(select(ImportRow.state)) == "waiting"
