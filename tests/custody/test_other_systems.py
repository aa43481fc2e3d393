"""ERP and warehouse systems: movements as JSON and as files, and what has moved since."""

import pytest

from app import custody
from app.custody.rules.files import read_file
from tests.builders.channel import a_dealer, a_terminal
from tests.builders.codes import a_batch, packed_batches, texts_of
from tests.builders.console import staff_headers

MOVEMENTS = "/api/open/movements"
FILES = "/api/open/movements/files"


def key_for(client, brand, *scopes: str) -> dict[str, str]:
    asked = {"name": "ERP", "scopes": list(scopes)}
    made = client.post("/api/console/api-keys", json=asked, headers=staff_headers(brand, "brand_admin"))
    return {"Authorization": f"Bearer {made.json['key']}"}


@pytest.fixture
def writer(client, brand):
    return key_for(client, brand, "custody.write", "custody.read")


@pytest.fixture
def goods(committed):
    """The texts of four cases on a pallet, and a dealer with a shop."""
    with committed() as session:
        packed, dealer = packed_batches(session), a_dealer(session, name="华东饮品")
        shop = a_terminal(session, dealer=dealer)
        return {
            "dealer_id": str(dealer.id),
            "shop_id": str(shop.id),
            "first_case_no": packed.cases.lo,
            "pallet": texts_of(session, packed.pallets)[0],
            "cases": texts_of(session, packed.cases),
            "units": texts_of(session, packed.units),
        }


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def shipment(goods, **change) -> dict:
    body = {"kind": "shipped", "number": "ERP-1", "dealer_id": goods["dealer_id"], "codes": goods["cases"][:2]}
    return body | {"reference": "SO-77"} | change


def test_a_key_without_the_scope_moves_nothing(client, brand, goods):
    reader = key_for(client, brand, "custody.read")
    assert refusal(client.post(MOVEMENTS, json=shipment(goods), headers=reader)) == (403, "identity.forbidden")
    assert refusal(client.post(f"{FILES}?kind=shipped", data=b"code\n", headers=reader)) == (
        403,
        "identity.forbidden",
    )
    writer = key_for(client, brand, "custody.write")
    assert refusal(client.get(MOVEMENTS, headers=writer)) == (403, "identity.forbidden")


def test_the_erp_ships_once_whatever_it_repeats(client, writer, goods):
    first = client.post(MOVEMENTS, json=shipment(goods), headers=writer)
    again = client.post(MOVEMENTS, json=shipment(goods), headers=writer)
    assert (first.status_code, first.json["reference"], first.json["receiver"]["name"]) == (
        201,
        "SO-77",
        "华东饮品",
    )
    assert again.json == first.json | {"repeated": True}
    other = client.post(MOVEMENTS, json=shipment(goods, codes=goods["cases"]), headers=writer)
    assert refusal(other) == (409, "custody.shipment_number_taken")


def test_the_erp_confirms_an_arrival_by_the_number_of_what_was_sent(client, writer, goods):
    client.post(MOVEMENTS, json=shipment(goods), headers=writer)
    body = {"kind": "received", "number": "GR-1", "of": "ERP-1", "codes": []}
    got = client.post(MOVEMENTS, json=body, headers=writer)
    assert (got.status_code, got.json["kind"], got.json["codes"]) == (201, "received", 2)
    unknown = client.post(MOVEMENTS, json=body | {"of": "ERP-2", "number": "GR-2"}, headers=writer)
    assert refusal(unknown) == (404, "custody.unknown_document")


def test_the_erp_pulls_what_moved_and_goes_on_where_it_stopped(client, writer, goods):
    client.post(MOVEMENTS, json=shipment(goods), headers=writer)
    first = client.get(MOVEMENTS, headers=writer).json
    assert [(one["kind"], one["codes"]) for one in first["items"]] == [("shipped", goods["cases"][:2])]
    nothing = client.get(MOVEMENTS, query_string={"cursor": first["next_cursor"]}, headers=writer).json
    assert nothing == {"items": [], "next_cursor": first["next_cursor"]}
    delivery = {"kind": "delivered", "number": "ERP-2", "from_dealer_id": goods["dealer_id"]}
    delivery |= {"terminal_id": goods["shop_id"], "codes": goods["cases"][:1]}
    client.post(MOVEMENTS, json=delivery, headers=writer)
    more = client.get(MOVEMENTS, query_string={"cursor": first["next_cursor"]}, headers=writer).json
    assert [one["number"] for one in more["items"]] == ["ERP-2"]


def test_anybody_with_the_scope_asks_who_holds_a_code(client, writer, goods):
    client.post(MOVEMENTS, json=shipment(goods, codes=[goods["pallet"]]), headers=writer)
    found = client.get(f"/api/open/codes/{goods['units'][0]}/custody", headers=writer).json
    assert found["holder"] == {"kind": "dealer", "id": goods["dealer_id"], "name": "华东饮品"}
    assert [(leg["level"], leg["number"]) for leg in found["legs"]] == [("pallet", "ERP-1")]
    assert refusal(client.get(f"/api/open/codes/{'K' * 16}/custody", headers=writer)) == (404, "codes.unknown")


def send(client, headers, content: str | bytes, **query):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(FILES, query_string=query, data=data, content_type="text/csv", headers=headers)


def test_a_file_of_several_documents_is_tried_recorded_and_repeated(client, writer, goods, committed):
    lines = "".join(f"发货{index % 2},{code}\n" for index, code in enumerate(goods["cases"]))
    content = f"document,code\n{lines}".encode("gb18030")
    query = {"kind": "shipped", "dealer_id": goods["dealer_id"]}

    tried = send(client, writer, content, dry_run="true", **query)
    assert (tried.status_code, tried.json["dry_run"], tried.json["lines"]) == (200, True, 4)
    with committed() as session:
        assert custody.movements(session) == []

    made = send(client, writer, content, **query).json
    again = send(client, writer, content, **query).json
    assert [(one["number"], one["codes"], one["repeated"]) for one in made["documents"]] == [
        ("发货0", 2, False),
        ("发货1", 2, False),
    ]
    assert [one["repeated"] for one in again["documents"]] == [True, True]


def test_a_file_without_numbers_is_known_by_its_content(client, writer, goods):
    content = "code\n" + "\n".join(goods["cases"])
    query = {"kind": "shipped", "dealer_id": goods["dealer_id"]}
    first, again = (send(client, writer, content, **query).json["documents"] for _ in range(2))
    assert (again[0]["id"], again[0]["repeated"]) == (first[0]["id"], True)


def test_every_wrong_line_is_named_and_nothing_is_recorded(client, writer, goods, committed):
    with committed() as session:
        foreign = texts_of(session, a_batch(session, level="case", count=1))[0]
    client.post(MOVEMENTS, json=shipment(goods), headers=writer)
    first, second, third, _ = goods["cases"]
    query = {"kind": "delivered", "from_dealer_id": goods["dealer_id"], "terminal_id": goods["shop_id"]}

    unread = send(client, writer, f"code\n{first}\n{'K' * 16}\n\n{first}\na,b\n", **query)
    assert refusal(unread) == (422, "custody.file_refused")
    named = [(one["line"], one["reason"]) for one in unread.json["error"]["details"]["errors"]]
    assert named == [(3, "unknown"), (5, "twice"), (6, "columns")]

    unheld = send(client, writer, f"document,code\nA,{first}\nA,{third}\nB,{second}\nB,{foreign}\n", **query)
    named = [(one["line"], one["reason"]) for one in unheld.json["error"]["details"]["errors"]]
    assert named == [(3, "elsewhere"), (5, "elsewhere")]
    with committed() as session:
        assert [moved.number for moved in custody.movements(session)] == ["ERP-1"]
        assert custody.history(session, goods["first_case_no"]).holder.kind == "dealer"


@pytest.mark.parametrize("content", ["", "codes\nX", "code,document\nX,Y"])
def test_a_file_without_its_header_is_refused(client, writer, content):
    answer = send(client, writer, content, kind="shipped")
    assert answer.status_code == 422


def test_a_file_of_too_many_lines_is_refused_at_the_line_that_is_too_many():
    _, wrong = read_file(b"code\n" + b"K\n" * 50_001, document="F")
    assert [(error.line, error.reason) for error in wrong] == [(50_002, "lines")]


def test_quoted_cells_and_empty_lines_are_read_as_a_spreadsheet_writes_them():
    lines, wrong = read_file(b'\xef\xbb\xbfDocument,Code\r\n"A, 1", X \r\n,\r\n\r\n,Y\r\n', document="F")
    assert [(line.number, line.document, line.code) for line in lines] == [(2, "A, 1", "X")]
    assert [(error.line, error.reason) for error in wrong] == [(5, "number")]
