"""Lists of dealers, shops and people: what is wrong with a line is said, and nothing is half taken in."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import channel
from app.channel.models import Dealer, Invitation, Terminal
from app.channel.rules import KINDS, MOST_LINES, Findings, read_header, read_lines, template
from app.identity.actions import create_api_key
from app.identity.rules import API_SCOPES
from app.kit import clock, csv_text
from tests.builders.channel import a_dealer, a_terminal, staff_headers
from tests.conftest import client_of

PATH = "/api/console/channel/imports/files"
TERMINALS = "经销商,门店名称,区县代码,地址,手机号,纬度,经度\n"
cells = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@pytest.fixture
def staff(committed):
    with committed() as session:
        a_dealer(session, name="华东饮品", counties=["310101"])
        return staff_headers(session)


def send(client, staff, kind, body, *, dry_run=False, path=PATH):
    data = body if isinstance(body, bytes) else body.encode()
    query = {"kind": kind, "dry_run": "1" if dry_run else "0"}
    return client.post(path, query_string=query, data=data, headers=staff, content_type="text/csv")


def found(answer) -> list[tuple[int, str, str]]:
    errors = answer.json["errors"] if "errors" in answer.json else answer.json["error"]["details"]["errors"]
    return [(each["line"], each["column"], each["code"]) for each in errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_taken_in_as_excel_saved_it(client, staff, committed, encoding):
    text = (
        TERMINALS
        + "华东饮品,便民超市,310101,南京东路1号,138-0000-1234,31.2397,121.4998\n华东饮品,街角店,310104,,,,\n"
    )
    answer = send(client, staff, "terminals", text.encode(encoding))

    assert answer.status_code == 200, answer.json
    assert answer.json == {"lines": 2, "repeated": False, "dry_run": False, "error_count": 0, "errors": []}
    shops = client.get("/api/console/terminals?q=13800001234", headers=staff).json["items"]
    assert [(shop["name"], shop["phone"], shop["latitude"]) for shop in shops] == [
        ("便民超市", "138****1234", 31.2397)
    ]


def test_english_headers_in_any_order_are_known(client, staff):
    answer = send(client, staff, "terminals", "Name,COUNTY,Dealer\nCorner shop,310101,华东饮品\n")
    assert answer.json["error_count"] == 0


def test_a_dry_run_says_the_same_and_keeps_nothing(client, staff, committed):
    text = TERMINALS + "华东饮品,便民超市,310101,,,,\n"
    for _ in range(2):
        answer = send(client, staff, "terminals", text, dry_run=True)
        assert (answer.json["lines"], answer.json["dry_run"], answer.json["error_count"]) == (1, True, 0)
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Terminal)) == 0


def test_every_error_has_its_line_its_column_and_words(client, staff, committed):
    with committed() as session:
        a_terminal(session, dealer=session.scalar(select(Dealer)), name="老店")
    lines = [
        "没有这家,甲店,310101,,,,",
        "华东饮品,,310101,,,,",
        "华东饮品,乙店,3101,,,,",
        "华东饮品,丙店,310101,,12345,,",
        "华东饮品,丁店,310101,,,31.2,",
        "华东饮品,戊店,310101,,,131.2,121.4",
        "华东饮品,老店,310101,,,,",
        "华东饮品,己店,310101,,,,,多了",
        "",
        "华东饮品,庚店,310101,,,,",
        "华东饮品,庚店,310101,,,,",
        f"华东饮品,{'长' * 81},310101,,,,",
    ]
    answer = send(client, staff, "terminals", TERMINALS + "\n".join(lines), dry_run=True)

    assert sorted(found(answer)) == [
        (2, "经销商", "unknown_dealer"),
        (3, "门店名称", "required"),
        (4, "区县代码", "county"),
        (5, "手机号", "phone"),
        (6, "纬度", "half_place"),
        (7, "纬度", "latitude"),
        (8, "门店名称", "name_taken"),
        (9, "", "extra_cells"),
        (12, "门店名称", "twice"),
        (13, "门店名称", "too_long"),
    ]
    assert answer.json["error_count"] == 10
    said = {each["code"]: each["message"] for each in answer.json["errors"]}
    assert said["twice"] == "与第 11 行重复"
    english = send(client, staff | {"Accept-Language": "en"}, "terminals", TERMINALS + lines[1], dry_run=True)
    assert english.json["errors"][0]["message"] == "This cell must not be empty"


def test_one_bad_line_keeps_all_others_out(client, staff, committed):
    text = TERMINALS + "华东饮品,甲店,310101,,,,\n华东饮品,乙店,坏,,,,\n"
    answer = send(client, staff, "terminals", text)

    assert (answer.status_code, answer.json["error"]["code"]) == (422, "channel.list_refused")
    assert found(answer) == [(3, "区县代码", "county")]
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Terminal)) == 0
    assert send(client, staff, "terminals", text.replace("坏", "310104")).json["lines"] == 2


def test_only_a_hundred_errors_are_shown_and_the_rest_counted(client, staff):
    answer = send(client, staff, "terminals", TERMINALS + "华东饮品,店,坏,,,,\n" * 250, dry_run=True)
    assert (len(answer.json["errors"]), answer.json["error_count"]) == (100, 250)


def test_the_same_file_again_changes_nothing(client, staff, committed):
    text = "经销商名称,授权区县\n甲饮品,310104、310105\n乙饮品,\n"
    assert send(client, staff, "dealers", text).json["repeated"] is False
    again = send(client, staff, "dealers", text)
    assert (again.status_code, again.json["repeated"], again.json["error_count"]) == (200, True, 0)
    assert send(client, staff, "dealers", text, dry_run=True).json["repeated"] is True
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Dealer)) == 3
        dealer = session.scalar(select(Dealer).where(Dealer.name == "甲饮品"))
        assert channel.authorised_counties(session, dealer.id, at=clock.now()) == {"310104", "310105"}


def test_counties_and_names_of_dealers_belong_to_one_line(client, staff):
    text = "name,counties\n甲,310101 310104\n乙,310104\n甲,\n华东饮品,\n"
    answer = send(client, staff, "dealers", text, dry_run=True)
    assert sorted(found(answer)) == [
        (2, "counties", "county_taken"),
        (3, "counties", "twice"),
        (4, "name", "twice"),
        (5, "name", "name_taken"),
    ]


def test_people_wait_as_invitations_for_their_phones(client, staff, committed):
    with committed() as session:
        a_terminal(session, dealer=session.scalar(select(Dealer)), name="便民超市")
    text = "手机号,角色,经销商,门店\n13800000001,店主,华东饮品,便民超市\n13800000002,业务员,华东饮品,\n"
    assert send(client, staff, "people", text).json["lines"] == 2
    with committed() as session:
        rows = session.execute(select(Invitation.role, Invitation.phone_masked).order_by(Invitation.id)).all()
        assert rows == [("owner", "138****0001"), ("salesman", "138****0002")]
        assert session.scalar(select(func.count()).where(Invitation.phone_hash.is_not(None))) == 2
    other = text.replace("业务员", "salesman").replace("便民超市", "没有") + "13800000003,店员,华东饮品,\n"
    other += "13800000004,经销商,华东饮品,便民超市\n13800000005,老板,华东饮品,\n"
    answer = send(client, staff, "people", other, dry_run=True)
    assert sorted(found(answer)) == [
        (2, "门店", "unknown_terminal"),
        (3, "手机号", "invited"),
        (4, "门店", "terminal_missing"),
        (5, "门店", "terminal_unfit"),
        (6, "角色", "role"),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("经销商,门店名称\n华东饮品,甲\n", "channel.unfit_header"),
        ("经销商,门店名称,区县代码,备注\n", "channel.unfit_header"),
        ("经销商,门店名称,区县代码,经销商\n", "channel.unfit_header"),
        (b"PK\x03\x04\x00\x00", "kit.not_text"),
        (b"", "kit.empty_file"),
        ('经销商,门店名称,区县代码\n"华东', "kit.not_text"),
    ],
)
def test_what_is_no_such_list_is_refused_whole(client, staff, body, code):
    answer = send(client, staff, "terminals", body, dry_run=True)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, code)


def test_a_list_has_its_limits(client, staff):
    long = "经销商名称\n" + "".join(f"第{number}\n" for number in range(MOST_LINES + 1))
    assert send(client, staff, "dealers", long).json["error"]["code"] == "channel.too_many_lines"
    assert send(client, staff, "dealers", b"x" * 8_000_001).status_code == 413
    assert send(client, staff, "cows", "a\n").status_code == 422


def test_twenty_thousand_lines_are_taken_in_at_once(client, staff, committed):
    body = TERMINALS + "".join(
        f"华东饮品,第{number}店,310101,路{number}号,138{number:08},31.2,121.4\n" for number in range(MOST_LINES)
    )
    assert send(client, staff, "terminals", body).json["lines"] == MOST_LINES
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Terminal)) == MOST_LINES


def test_a_file_sent_twice_at_once_is_taken_in_once(app, brand, staff, committed):
    text, gate, answers = TERMINALS + "华东饮品,甲,310101,,,,\n", threading.Barrier(4), []

    def run():
        gate.wait()
        answers.append(send(client_of(app, brand), staff, "terminals", text))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sorted(answer.json["repeated"] for answer in answers) == [False, True, True, True]
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Terminal)) == 1


def test_another_system_sends_lists_with_its_key_and_no_other_scope(client, staff, committed):
    with committed() as session:
        at = clock.now()
        keys = {
            scope: create_api_key(session, name=scope, scopes=[scope], by=1, at=at).text for scope in API_SCOPES
        }
    path, text = "/api/open/channel/imports/files", TERMINALS + "华东饮品,甲,310101,,,,\n"
    for scope, key in keys.items():
        answer = send(client, {"Authorization": f"Bearer {key}"}, "terminals", text, path=path)
        assert answer.status_code == (200 if scope == "channel.write" else 403), scope


def test_an_auditor_and_a_stranger_send_no_list(client, committed):
    with committed() as session:
        auditor = staff_headers(session, "auditor")
    assert send(client, auditor, "dealers", "a\n").status_code == 403
    assert send(client, {}, "dealers", "a\n").status_code == 401


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_is_a_list_without_errors(client, staff, kind):
    answer = client.get(f"/api/console/channel/imports/template?kind={kind}", headers=staff)
    rows = csv_text.rows(csv_text.decode(answer.data))
    header = read_header(kind, next(rows)[1])
    findings = Findings()
    assert header.fits
    assert len(list(read_lines(header, rows, findings))) == 1
    assert findings.count == 0


@given(st.lists(st.lists(cells, max_size=9), max_size=6), st.sampled_from(sorted(KINDS)))
def test_no_cell_breaks_the_reader(table, kind):
    header, findings = read_header(kind, template(kind)[0]), Findings()
    rows = list(enumerate(table, start=2))
    lines = list(read_lines(header, rows, findings))
    assert len(lines) + findings.count >= len(rows)
    for line in lines:
        assert all(line.values[column.key] for column in KINDS[kind] if column.required)
