"""一物一码 and 扫普通链接, as a stranger with nothing but the documents would use them."""

import base64

import pytest
import requests
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from wechatpy import WeChatClient
from wechatpy.crypto.cryptography import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder

COUNT = 10_000


@pytest.fixture
def call(sandbox, brand):
    """Post to an interface under the service account's token, or under another."""

    def ask(name, body, app=None):
        app = app or brand["service"]
        fields = {"grant_type": "client_credential", "appid": app["app_id"], "secret": app["secret"]}
        token = requests.post(f"{sandbox.base_url}/cgi-bin/stable_token", json=fields, timeout=5).json()
        address = f"{sandbox.base_url}/intp/marketcode/{name}?access_token={token['access_token']}"
        return requests.post(address, json=body, timeout=10).json()

    return ask


@pytest.fixture
def applied(call):
    return call("applycode", {"code_count": COUNT, "isv_application_id": "a1"})["application_id"]


@pytest.fixture
def finished(sandbox, applied):
    sandbox.control("POST", "advance", {"seconds": 61})
    return applied


def terms(brand, **changes):
    told = {
        "activity_name": "夏日",
        "product_brand": "清泉",
        "product_title": "矿泉水",
        "product_code": "6901234567892",
    }
    return told | {"wxa_appid": brand["mini"]["app_id"], "wxa_path": "pages/scan/index", "wxa_type": 0} | changes


@pytest.fixture
def active(call, brand, finished):
    body = {"application_id": finished, "code_start": 0, "code_end": 99, **terms(brand)}
    assert call("codeactive", body)["errcode"] == 0
    return finished


def rows_of(buffer, key):
    cipher = Cipher(algorithms.AES(key.encode()), modes.CBC(key.encode()[:16])).decryptor()
    padded = cipher.update(base64.b64decode(buffer)) + cipher.finalize()
    unpadder = padding.PKCS7(256).unpadder()
    plain = unpadder.update(padded) + unpadder.finalize()
    return [line.split() for line in plain[16:].decode().splitlines()]


def download(call, application, start=0, end=3999):
    call("applycodequery", {"application_id": application})
    body = {"application_id": application, "code_start": start, "code_end": end}
    return call("applycodedownload", body)["buffer"]


def scan(sandbox, printed, user="afang"):
    return sandbox.control("POST", "scan", {"user": user, "printed": printed})


def label(sandbox, application, position=7):
    return sandbox.control("GET", f"market/{application}/codes/{position}")


def openid_of(sandbox, app_id, user="afang"):
    people = sandbox.control("GET", "users")["items"]
    return next(person for person in people if person["id"] == user)["accounts"][app_id]["openid"]


def test_the_same_isv_id_is_the_same_application(call, applied):
    again = call("applycode", {"code_count": COUNT, "isv_application_id": "a1"})
    assert again["application_id"] == applied
    other = call("applycode", {"code_count": 2 * COUNT, "isv_application_id": "a1"})
    assert other["errcode"] == 40097


@pytest.mark.parametrize("count", [0, 9_999, 15_000, 20_010_000, "10000", True])
def test_codes_come_in_tens_of_thousands(call, count):
    assert call("applycode", {"code_count": count, "isv_application_id": "x"})["errcode"] == 40097


def test_a_mini_program_may_not_apply_and_no_other_account_sees_an_application(sandbox, call, brand, finished):
    assert call("applycode", {"code_count": COUNT, "isv_application_id": "x"}, brand["mini"])["errcode"] == 48001
    other = sandbox.control("GET", "credentials?brand=2")["service"]
    assert call("applycodequery", {"application_id": finished}, other)["errcode"] == 40097


def test_an_application_takes_its_time_and_then_lists_its_files(sandbox, call, applied):
    early = call("applycodequery", {"application_id": applied})
    assert (early["status"], "code_generate_list" in early) == ("INIT", False)
    sandbox.control("POST", "advance", {"seconds": 61})
    done = call("applycodequery", {"application_id": applied})
    assert (done["status"], done["isv_application_id"]) == ("FINISH", "a1")
    ends = [(one["code_start"], one["code_end"]) for one in done["code_generate_list"]]
    assert ends == [(0, 3999), (4000, 7999), (8000, 9999)]


def test_a_file_opens_under_the_accounts_key_and_names_each_code_once(sandbox, call, brand, finished):
    rows = rows_of(download(call, finished), brand["market_key"])
    assert [int(row[0]) for row in rows] == list(range(4000))
    assert len({row[1] for row in rows}) == 4000
    assert all(len(row[1]) == 9 and row[3].startswith("P.URL.CN/") and len(row[3]) == 28 for row in rows)


def test_a_file_in_the_short_layout_has_index_and_printed_text(sandbox, call, brand, finished):
    sandbox.control("PATCH", "market", {"columns": "short"})
    rows = rows_of(download(call, finished), brand["market_key"])
    assert {len(row) for row in rows} == {2}


def test_wechatpy_opens_a_file_too(call, brand, finished):
    cipher = WeChatCipher(brand["market_key"].encode())
    padded = cipher.decrypt(base64.b64decode(download(call, finished)))
    plain = PKCS7Encoder.decode(padded)[16:]
    assert plain.decode().splitlines()[3].split()[0] == "3"


def test_wechatpys_client_applies(sandbox, brand):
    service = brand["service"]
    fields = {"grant_type": "client_credential", "appid": service["app_id"], "secret": service["secret"]}
    token = requests.post(f"{sandbox.base_url}/cgi-bin/stable_token", json=fields, timeout=5).json()
    client = WeChatClient(service["app_id"], service["secret"], access_token=token["access_token"])
    client.API_BASE_URL = f"{sandbox.base_url}/"
    asked = {"code_count": COUNT, "isv_application_id": "witness"}
    answer = client.post("intp/marketcode/applycode", data=asked)
    assert answer["application_id"]


def test_a_file_of_other_ends_does_not_exist_and_old_files_expire(sandbox, call, finished):
    body = {"application_id": finished, "code_start": 0, "code_end": 3999}
    assert call("applycodedownload", body)["errcode"] == 80309
    call("applycodequery", {"application_id": finished})
    assert call("applycodedownload", body)["errcode"] == 0
    assert call("applycodedownload", body | {"code_end": 5})["errcode"] == 40097
    sandbox.control("POST", "advance", {"seconds": 4 * 86400})
    assert call("applycodedownload", body)["errcode"] == 80309


def test_a_file_can_come_under_a_key_that_nobody_knows(sandbox, call, brand, finished):
    sandbox.control("POST", "faults", {"name": "wrong_market_key"})
    with pytest.raises((ValueError, UnicodeDecodeError)):
        rows_of(download(call, finished), brand["market_key"])


def test_a_code_is_dead_until_it_is_activated(sandbox, call, brand, finished):
    printed = label(sandbox, finished)["printed"]
    assert scan(sandbox, printed)["opens"] is None
    assert call("codeactivequery", {"application_id": finished, "code_index": 7})["errcode"] == 40097
    call("codeactive", {"application_id": finished, "code_start": 0, "code_end": 99, **terms(brand)})
    opened = scan(sandbox, printed)
    assert opened["opens"] == {"app_id": brand["mini"]["app_id"], "path": "pages/scan/index"}
    assert opened["query"].keys() == {"code_ticket"}


@pytest.mark.parametrize(
    "changes",
    [
        {"code_end": COUNT},
        {"code_start": 50, "code_end": 40},
        {"wxa_appid": "wx0000000000000000"},
        {"wxa_path": "/pages/scan"},
        {"wxa_type": 3},
        {"product_code": ""},
    ],
)
def test_an_activation_that_cannot_be_is_refused(call, brand, finished, changes):
    body = {"application_id": finished, "code_start": 0, "code_end": 99, **terms(brand)}
    assert call("codeactive", body | changes)["errcode"] == 40097


def test_the_same_activation_again_is_no_mistake_but_other_terms_are(call, brand, active):
    body = {"application_id": active, "code_start": 0, "code_end": 99, **terms(brand)}
    assert call("codeactive", body)["errcode"] == 0
    assert call("codeactive", body | {"activity_name": "冬日"})["errcode"] == 40097


def test_an_active_code_is_found_by_index_by_raw_code_and_by_printed_text(sandbox, call, active):
    code = label(sandbox, active)
    questions = (
        {"application_id": active, "code_index": 7},
        {"code": code["code"]},
        {"code_url": code["printed"]},
    )
    answers = [call("codeactivequery", question) for question in questions]
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0]["code"], answers[0]["code_start"], answers[0]["code_end"]) == (code["code"], 0, 99)


@pytest.mark.parametrize("kind", ["mini", "service"])
def test_a_ticket_is_traded_by_its_scanner_once(sandbox, call, brand, active, kind):
    ticket = scan(sandbox, label(sandbox, active)["printed"])["query"]["code_ticket"]
    mine, theirs = (openid_of(sandbox, brand[kind]["app_id"], user) for user in ("afang", "dawei"))
    assert call("tickettocode", {"openid": theirs, "code_ticket": ticket})["errcode"] == 40097
    first, second = (call("tickettocode", {"openid": mine, "code_ticket": ticket}) for _ in range(2))
    assert first["code"] == label(sandbox, active)["code"]
    assert second["errcode"] == 40097
    assert "无效的code_ticket或与openid不对应" in second["errmsg"]


def test_a_ticket_expires_and_an_openid_is_no_number(sandbox, call, brand, active):
    ticket = scan(sandbox, label(sandbox, active)["printed"])["query"]["code_ticket"]
    wrong = call("tickettocode", {"openid": 5, "code_ticket": ticket})
    assert (wrong["errcode"], "openid invalid" in wrong["errmsg"]) == (40097, True)
    sandbox.control("POST", "advance", {"seconds": 301})
    openid = openid_of(sandbox, brand["mini"]["app_id"])
    assert call("tickettocode", {"openid": openid, "code_ticket": ticket})["errcode"] == 40097


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://q.test/S/0ABC", "pages/scan/index"),
        ("HTTPS://Q.TEST/S/0ABC?x=1", "pages/scan/index"),
        ("https://q.test/s/0ABC", None),
        ("http://q.test/S/0ABC", None),
        ("https://q.test/S", None),
        ("https://other.test/S/0ABC", None),
        ("https://q.test/S/vip/1", "pages/vip"),
    ],
)
def test_a_plain_link_opens_the_page_of_the_longest_rule_that_covers_it(sandbox, brand, url, opens):
    for prefix, path in (("https://q.test/S/", "pages/scan/index"), ("https://q.test/S/vip/", "pages/vip")):
        sandbox.control("POST", "link-rules", {"app_id": brand["mini"]["app_id"], "prefix": prefix, "path": path})
    answer = scan(sandbox, url)
    assert (answer["opens"]["path"] if answer["opens"] else None) == opens
    if opens:
        assert requests.utils.unquote(answer["query"]["q"]) == url
