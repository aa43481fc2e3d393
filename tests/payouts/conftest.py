"""A brand whose merchant account, apps and people live in a WeChat sandbox of its own."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete
from werkzeug.serving import make_server

from app import identity, ledger, payouts, tenancy
from app.kit import clock
from app.kit.transaction import global_transaction, transaction
from app.payouts import jobs
from app.payouts.queries import get_payout
from app.platforms import WeChatEndpoints
from app.tenancy.models import BrandHost
from tests.builders.payouts import a_merchant, a_payee
from tests.sandbox.process import SandboxProcess, start_sandbox


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory):
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@dataclass
class Bank:
    """A brand, its merchant at the sandbox, and one person with 1,000 fen."""

    sandbox: SandboxProcess
    brand_id: int
    keys: dict
    person_id: int
    openid: str
    started_at: object

    def control(self, method, path, body=None):
        return self.sandbox.control(method, path, body)

    def spoil(self, name, match="POST /v3/fund-app", **options):
        self.control("POST", "faults", {"name": name, "match": match, **options})

    def withdraw(self, fen=100):
        with transaction(self.brand_id) as session:
            return payouts.withdraw(session, person_id=self.person_id, amount_fen=fen, at=self.started_at)

    def send(self, payout, **after):
        self._run(jobs.send_transfer, payout_id=payout.id, after=after)
        return self.look(payout)

    def check(self, payout, **after):
        """A round of `check_open`, so long after the withdrawal."""
        self._run(jobs.check_open, after=after or {"minutes": 2})
        return self.look(payout)

    def _run(self, job, *, after, **arguments):
        job(brand_id=self.brand_id, at=self.started_at + timedelta(**after), **arguments)

    def look(self, payout):
        with transaction(self.brand_id) as session:
            return get_payout(session, payout.id)

    def wallet(self):
        with transaction(self.brand_id) as session:
            return ledger.wallet_balance(session, self.person_id)

    def bills(self, payout):
        return self.control("GET", f"transfers?out_bill_no={payout.out_bill_no}")["items"]

    def confirm(self, payout):
        return self.control("POST", "confirm", {"package": self.look(payout).package_info})

    def letter(self, payout, **wish):
        wish |= {"mch_id": self.keys["mch_id"], "out_bill_no": payout.out_bill_no}
        written = self.control("POST", "notifications", wish)
        return {"headers": written["headers"], "data": written["body"].encode()}

    def wrongs(self):
        """What the books and the payouts say is wrong."""
        with transaction(self.brand_id) as session:
            return payouts.check_invariants(session) + ledger.check_invariants(session)


@pytest.fixture
def bank(app, brand, running_sandbox, monkeypatch):
    """Notifications go to an https address, as the platform insists; nobody listens there."""
    monkeypatch.setitem(app.config, "MALU_PUBLIC_SCHEME", "https")
    running_sandbox.control("POST", "reset")
    before = tenancy.endpoints()
    base = running_sandbox.base_url
    tenancy.use_endpoints(WeChatEndpoints(api=base, open=base, pay=base))
    yield _open_bank(running_sandbox, brand.id)
    tenancy.use_endpoints(before)


def _open_bank(sandbox, brand_id):
    credentials = sandbox.control("GET", "credentials?brand=1")
    app_id = credentials["mini"]["app_id"]
    people = {person["user"]: person for person in sandbox.control("GET", "users")["items"]}
    openid = people["afang"]["accounts"][app_id]["openid"]
    with transaction(brand_id) as session:
        a_merchant(session, **credentials["merchant"])
        person_id = a_payee(session, openid=openid, app_id=app_id, fen=1000)
    return Bank(sandbox, brand_id, credentials["merchant"], person_id, openid, clock.now())


@pytest.fixture
def bearer(committed):
    """Sign a person in; the headers of their requests."""

    def sign_in(person_id):
        with committed() as session:
            tokens = identity.open_session(session, person_id=person_id, audience="consumer", at=clock.now())
        return {"Authorization": f"Bearer {tokens.access_token}"}

    return sign_in


@pytest.fixture
def reachable(app, bank, monkeypatch):
    """The application listening on loopback under the brand's only host, so that the sandbox can notify it."""
    monkeypatch.setitem(app.config, "MALU_PUBLIC_SCHEME", "http")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    _move_brand(bank.brand_id, f"127.0.0.1:{server.server_port}")
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _move_brand(brand_id, host):
    with global_transaction() as session:
        session.execute(delete(BrandHost).where(BrandHost.brand_id == brand_id))
        tenancy.add_host(session, brand_id=brand_id, host=host)
