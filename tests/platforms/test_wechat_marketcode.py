"""Our client of 一物一码 against the sandbox, and the file it reads against files it must not read."""

import base64
import secrets

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from app.platforms import (
    InvalidCodeTicket,
    InvalidMarketKey,
    PackageExpired,
    PlatformBusy,
    PlatformRefused,
    UnreadablePackage,
    http,
)
from app.platforms.wechat import (
    CodeRange,
    CodeTerms,
    MarketCodes,
    ServiceAccount,
    open_package,
    read_key,
    read_rows,
    stable_token,
)

KEY = b"0123456789abcdef0123456789ABCDEF"
WHOLE = CodeRange(0, 9_999)


@pytest.fixture
def market(credentials, endpoints, tokens):
    return MarketCodes(ServiceAccount(endpoints=endpoints, **credentials["service"]), tokens)


@pytest.fixture
def application(sandbox, market):
    made = market.apply(count=10_000, isv_application_id=secrets.token_hex(8))
    sandbox.control("POST", "advance", {"seconds": 61})
    return made


@pytest.fixture
def terms(credentials):
    return CodeTerms("夏日", "清泉", "矿泉水", "6901234567892", credentials["mini"]["app_id"], "pages/scan/index")


def sealed(rows, key=KEY, block=256):
    padder = padding.PKCS7(block).padder()
    padded = padder.update(b"r" * 16 + rows.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def openid_of(sandbox, app_id, user="afang"):
    people = sandbox.control("GET", "users")["items"]
    return next(person for person in people if person["id"] == user)["accounts"][app_id]["openid"]


def scan(sandbox, application, index=3, user="afang"):
    printed = sandbox.control("GET", f"market/{application}/codes/{index}")["printed"]
    return sandbox.control("POST", "scan", {"user": user, "printed": printed})["query"]["code_ticket"]


def test_an_application_finishes_and_its_files_hold_every_code(sandbox, market, application, credentials):
    found = market.query(application)
    assert (found.finished, sum(part.size for part in found.ranges)) == (True, 10_000)
    key = read_key(credentials["market_key"])
    rows = [
        row
        for part in found.ranges
        for row in read_rows(open_package(market.download(application, part), key), part)
    ]
    assert [row.index for row in rows] == list(range(10_000))
    assert rows[7].code == sandbox.control("GET", f"market/{application}/codes/7")["code"]


def test_an_unfinished_application_has_no_files(market):
    made = market.apply(count=10_000, isv_application_id=secrets.token_hex(8))
    found = market.query(made)
    assert (found.finished, found.ranges) == (False, ())


def test_applying_again_after_silence_finds_the_same_application(sandbox, market, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    isv = secrets.token_hex(8)
    sandbox.control("POST", "faults", {"name": "timeout_after_commit", "match": "applycode?"})
    with pytest.raises(PlatformBusy):
        market.apply(count=10_000, isv_application_id=isv)
    first, second = (market.apply(count=10_000, isv_application_id=isv) for _ in range(2))
    assert first == second


def test_a_file_that_wechat_threw_away_says_so(sandbox, market, application):
    (part, *_) = market.query(application).ranges
    sandbox.control("POST", "advance", {"seconds": 4 * 86400})
    with pytest.raises(PackageExpired):
        market.download(application, part)
    market.query(application)
    assert market.download(application, part)


def test_a_ticket_names_the_code_once_and_only_to_its_scanner(sandbox, market, application, terms):
    market.activate(application, WHOLE, terms)
    openid = openid_of(sandbox, terms.wxa_app_id)
    ticket = scan(sandbox, application)
    with pytest.raises(InvalidCodeTicket):
        market.exchange(openid=openid_of(sandbox, terms.wxa_app_id, "dawei"), code_ticket=ticket)
    told = market.exchange(openid=openid, code_ticket=ticket)
    assert (told.application_id, told.activated) == (application, WHOLE)
    assert told.code == sandbox.control("GET", f"market/{application}/codes/3")["code"]
    with pytest.raises(InvalidCodeTicket) as refusal:
        market.exchange(openid=openid, code_ticket=ticket)
    assert refusal.value.details["errcode"] == 40097


def test_an_active_code_is_found_by_its_index_and_a_dead_one_is_not(market, application, terms):
    with pytest.raises(PlatformRefused):
        market.find(application, 3)
    market.activate(application, CodeRange(0, 99), terms)
    assert market.find(application, 3).activated == CodeRange(0, 99)
    with pytest.raises(PlatformRefused):
        market.find(application, 100)


def test_a_token_that_died_early_is_renewed(sandbox, market, application, tokens):
    before = stable_token(market.account, tokens)
    sandbox.control("POST", "faults", {"name": "token_rotated", "match": "applycodequery"})
    assert market.query(application).finished
    assert stable_token(market.account, tokens) != before


@pytest.mark.parametrize("fault", ["bad_gateway", "drop_before_commit", "error_after_commit", "truncated"])
def test_a_broken_line_is_busy_and_spends_at_most_the_ticket(sandbox, market, application, terms, fault):
    market.activate(application, WHOLE, terms)
    ticket = scan(sandbox, application)
    sandbox.control("POST", "faults", {"name": fault, "match": "tickettocode"})
    with pytest.raises(PlatformBusy):
        market.exchange(openid=openid_of(sandbox, terms.wxa_app_id), code_ticket=ticket)


@pytest.mark.parametrize(
    "reply",
    [
        {"errcode": 0},
        {"code": "ABCDEFGHI", "application_id": "many", "code_start": 0, "code_end": 1},
        {"code": "ABCDEFGHI", "application_id": 5, "code_end": 1},
    ],
)
def test_a_reply_without_what_the_documents_promise_is_no_answer(stub, tokens, reply):
    stub.answer({"access_token": "T", "expires_in": 7200})
    stub.answer(reply)
    market = MarketCodes(ServiceAccount("wx1", "s", stub.endpoints), tokens)
    with pytest.raises(PlatformBusy):
        market.exchange(openid="o1", code_ticket="t")


@pytest.mark.parametrize("listed", [None, [], [{"code_start": 5, "code_end": 2}], ["0-5"]])
def test_a_finished_application_without_sound_ranges_is_no_answer(stub, tokens, listed):
    stub.answer({"access_token": "T", "expires_in": 7200})
    stub.answer({"status": "FINISH", "code_generate_list": listed})
    with pytest.raises(PlatformBusy):
        MarketCodes(ServiceAccount("wx1", "s", stub.endpoints), tokens).query(5)


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=200), st.sampled_from([128, 256]))
def test_a_file_opens_to_what_was_sealed(rows, block):
    assert open_package(sealed(rows, block=block), KEY) == rows.encode()


@given(st.binary(max_size=120))
def test_noise_opens_to_nothing_or_is_refused(noise):
    try:
        open_package(base64.b64encode(noise).decode(), KEY)
    except UnreadablePackage:
        return


@pytest.mark.parametrize("buffer", ["", "not base64!", base64.b64encode(b"x" * 15).decode()])
def test_what_is_no_ciphertext_is_refused(buffer):
    with pytest.raises(UnreadablePackage):
        open_package(buffer, KEY)


def test_another_key_does_not_open_a_file():
    with pytest.raises(UnreadablePackage):
        open_package(sealed("0 ABCDEFGHI 0 P.URL.CN/0123456789ABCDEFGHI\n"), b"x" * 32)


@pytest.mark.parametrize(
    "text", ["0" * 16, " " + "k" * 24 + "\n", "k" * 32, base64.b64encode(b"k" * 32).decode()[:-1]]
)
def test_a_key_is_read_in_every_form_an_account_may_be_told_it(text):
    assert len(read_key(text)) in {16, 24, 32}


@pytest.mark.parametrize("text", ["", "short", "k" * 33, "%" * 43])
def test_what_can_be_no_key_is_refused(text):
    with pytest.raises(InvalidMarketKey):
        read_key(text)


PRINTED = ("P.URL.CN/0123456789AAAAAAAA1", "P.URL.CN/0123456789AAAAAAAA2")


@pytest.mark.parametrize(
    "rows",
    [
        f"0 AAAAAAAA1 0 {PRINTED[0]}\n1 AAAAAAAA2 0 {PRINTED[1]}\n",
        f"0\tAAAAAAAA1\t{PRINTED[0]}\r\n1\tAAAAAAAA2\t{PRINTED[1]}",
        f"\ufeffindex code url\n0 AAAAAAAA1 {PRINTED[0]}\n\n1 AAAAAAAA2 {PRINTED[1]}\n",
        f"{PRINTED[0]} 20261125 0\n{PRINTED[1]} 20261125 1\n",
        f"0 HTTPS://{PRINTED[0]}\n1 HTTPS://{PRINTED[1]}\n",
    ],
)
def test_columns_are_recognised_by_what_they_hold(rows):
    found = list(read_rows(rows.encode(), CodeRange(0, 9)))
    assert [(row.index, row.code) for row in found] == [(0, "AAAAAAAA1"), (1, "AAAAAAAA2")]
    assert [row.printed[-28:] for row in found] == list(PRINTED)


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "nothing here\n",
        "0 AAAAAAAA1 0\n1 AAAAAAAA2 0\n",
        f"10 AAAAAAAA1 {PRINTED[0]}\n11 AAAAAAAA2 {PRINTED[1]}\n",
        f"0 AAAAAAAA1 BBBBBBBB1 {PRINTED[0]}\n1 AAAAAAAA2 BBBBBBBB2 {PRINTED[1]}\n",
        f"0 1 {PRINTED[0]}\n1 0 {PRINTED[1]}\n",
        "".join(f"{n % 10} AAAAAAA{n:02} P.URL.CN/0123456789AAAAAAA{n:02}\n" for n in range(10)) + "x y\n",
    ],
)
def test_a_file_that_leaves_a_doubt_is_refused(rows):
    with pytest.raises(UnreadablePackage):
        list(read_rows(rows.encode(), CodeRange(0, 9)))


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(UnreadablePackage):
        list(read_rows(b"\xff\xfe\x00", CodeRange(0, 9)))
