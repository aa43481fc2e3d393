"""From a request to codes that can be scanned, with everything going wrong that WeChat and machines can do."""

import json
import threading
from datetime import timedelta

import pyrage
import pytest
from sqlalchemy import text

from app import codes, tenancy
from app.codes.actions import finish_file
from app.codes.actions import markets as actions
from app.codes.actions.writing import Written
from app.codes.errors import (
    ForeignCode,
    MarketActive,
    MarketCountDiffers,
    MarketNotReady,
    MarketRequested,
    NotForMarket,
    PrintedByMarket,
    RangeOutsideBatch,
)
from app.codes.jobs import markets as jobs
from app.codes.queries import batch_row
from app.codes.queries import markets as queries
from app.kit import clock, files
from app.kit.errors import Unavailable
from app.kit.transaction import transaction
from app.platforms import PlatformBusy, PlatformRefused, UnreadablePackage, http
from app.platforms.wechat import ActiveCode, CodeRange, CodeTerms
from tests.builders.codes import a_batch
from tests.builders.identity import in_threads
from tests.builders.packs import LABEL, a_delivery, minted_batches

COUNT = 10_000
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
WRITTEN = Written({"sha256": "0" * 64, "count": COUNT}, 1)
BY = 1


class Market:
    """A batch on its way through WeChat, job by job."""

    def __init__(self, wechat, brand):
        self.wechat, self.brand = wechat, brand
        with transaction(brand.id) as session:
            self.batch = a_batch(session, count=COUNT, has_inner=False)
            row = actions.request_market_codes(
                session, batch_id=self.batch.id, app_id=wechat.service, by=BY, at=clock.now()
            )
        self.id = row.id

    @property
    def row(self):
        with transaction(self.brand.id) as session:
            return queries.market_row(session, self.id)

    def run(self, job):
        job(brand_id=self.brand.id, market_id=self.id, at=clock.now())

    def apply(self):
        self.run(jobs.apply_market_codes)

    def check(self, *, later=timedelta(0)):
        jobs.check_market_codes(brand_id=self.brand.id, at=clock.now() + later)

    def fetch(self):
        self.run(jobs.fetch_market_codes)

    def finished(self):
        self.apply()
        self.wechat.advance(61)
        self.check()
        return self

    def ready(self):
        self.finished().fetch()
        return self

    def request_activation(self, lo=0, hi=COUNT, name="夏日"):
        terms = CodeTerms(name, "清泉", "矿泉水", "6901234567892", self.wechat.mini, "pages/scan/index")
        with transaction(self.brand.id) as session:
            return actions.request_activation(
                session,
                market_id=self.id,
                lo=self.batch.lo + lo,
                hi=self.batch.lo + hi,
                terms=terms,
                by=BY,
                at=clock.now(),
            )

    def activate(self, activation):
        jobs.activate_market_codes(brand_id=self.brand.id, activation_id=activation.id, at=clock.now())
        with transaction(self.brand.id) as session:
            return queries.activation_row(session, activation.id)

    def raw(self, index):
        found = self.wechat.sandbox.control("GET", f"market/{self.row.application_id}/codes/{index}")
        return found["code"]

    def told(self, index, activated=None, **changes):
        """What WeChat would say of a scanned code."""
        fields = {"code": self.raw(index), "application_id": self.row.application_id}
        whole = activated or CodeRange(0, COUNT - 1)
        return ActiveCode(
            **(fields | changes),
            isv_application_id="",
            activity_name="",
            wxa_app_id="",
            wxa_path="",
            activated=whole,
        )

    def folder(self):
        return files.path_of(self.brand.id, queries.map_name(self.id)).parent


@pytest.fixture
def market(wechat, brand):
    return Market(wechat, brand)


def test_a_request_becomes_codes_that_are_known_by_their_raw_characters(market, brand):
    market.ready()
    assert (market.row.state, market.row.errcode) == ("ready", None)
    for index in (0, 3_999, 4_000, 9_999):
        assert queries.code_no_of(brand.id, market.told(index)) == market.batch.lo + index


def test_a_file_in_the_short_layout_is_read_too(wechat, market, brand):
    wechat.sandbox.control("PATCH", "market", {"columns": "short"})
    market.ready()
    assert queries.code_no_of(brand.id, market.told(5_000)) == market.batch.lo + 5_000


def test_no_row_is_written_per_code_and_the_map_takes_thirteen_bytes_each(market):
    market.ready()
    left = {path.name: path.stat().st_size for path in market.folder().iterdir()}
    assert left["codes.map"] == 13 * COUNT
    assert sorted(left) == ["0.package", "4000.package", "8000.package", "codes.map"]
    with transaction(market.brand.id) as session:
        assert len(queries.runs_of(session, market.id)) == 3


def test_the_whole_way_is_one_request_and_the_worker(wechat, brand, worker):
    market = Market(wechat, brand)
    worker()
    assert market.row.state == "applied"
    wechat.advance(61)
    market.check()
    worker()
    assert market.row.state == "ready"


@pytest.mark.parametrize(
    "fault", ["timeout_after_commit", "error_after_commit", "drop_before_commit", "truncated"]
)
def test_an_application_whose_answer_was_lost_is_asked_for_again_and_is_the_same(
    market, wechat, fault, monkeypatch
):
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)
    wechat.fault(fault, match="applycode?")
    with pytest.raises(PlatformBusy):
        market.apply()
    assert (market.row.state, market.row.application_id) == ("requested", None)
    market.apply()
    market.apply()
    assert market.row.state == "applied"
    asked = [json.loads(call["body"])["isv_application_id"] for call in wechat.calls("applycode?")]
    assert len(set(asked)) == 1


def test_a_refused_application_shows_the_number_and_may_be_tried_again(market, wechat):
    wechat.fault("errcode", errcode=48001, match="applycode?")
    with pytest.raises(PlatformRefused):
        market.apply()
    assert (market.row.state, market.row.errcode) == ("requested", 48001)
    market.apply()
    assert (market.row.state, market.row.errcode) == ("applied", None)


def test_wechat_is_asked_once_a_minute_until_it_has_finished(market, wechat):
    market.apply()
    market.check()
    market.check()
    assert len(wechat.calls("applycodequery")) == 1
    market.check(later=timedelta(minutes=2))
    assert len(wechat.calls("applycodequery")) == 2
    assert market.row.state == "applied"


def test_a_silent_wechat_is_asked_again_later_and_a_refusal_is_shown(market, wechat):
    market.apply()
    wechat.advance(61)
    wechat.fault("errcode", errcode=-1, match="applycodequery")
    market.check()
    assert market.row.state == "applied"
    wechat.fault("errcode", errcode=40097, match="applycodequery")
    market.check(later=timedelta(minutes=2))
    assert (market.row.state, market.row.errcode) == ("applied", 40097)
    market.check(later=timedelta(minutes=4))
    assert (market.row.state, market.row.errcode) == ("finished", None)


def test_an_application_is_pursued_under_the_account_that_made_it(market, wechat, brand):
    market.apply()
    wechat.advance(61)
    with transaction(brand.id) as session:
        newer = tenancy.PlatformApp("wechat", "wx0-a-newer-account", "service", None)
        tenancy.register_app(session, brand_id=brand.id, app=newer)
        tenancy.store_secret(session, name="wechat:wx0-a-newer-account", value=b"s")
    market.check()
    market.fetch()
    assert market.row.state == "ready"


def test_ranges_that_do_not_fit_the_batch_change_nothing(market):
    market.apply()
    for ranges in (
        [CodeRange(0, 9_998)],
        [CodeRange(0, 9_999), CodeRange(10_000, 10_000)],
        [CodeRange(0, 5_000)] * 2,
    ):
        with pytest.raises(MarketCountDiffers), transaction(market.brand.id) as session:
            actions.note_finished(session, market_id=market.id, ranges=ranges, at=clock.now())
    assert market.row.state == "applied"


def test_a_fetch_that_died_goes_on_where_it_was(market, wechat):
    market.finished()
    wechat.fault("errcode", errcode=-1, match='"code_start":8000')
    wechat.fault("errcode", errcode=-1, match='"code_start":8000')
    with pytest.raises(PlatformBusy):
        market.fetch()
    assert market.row.state == "finished"
    assert sorted(path.name for path in market.folder().iterdir()) == [
        "0.package",
        "0.table",
        "4000.package",
        "4000.table",
    ]
    wechat.sandbox.control("DELETE", "faults")
    wechat.sandbox.control("DELETE", "calls")
    market.fetch()
    assert market.row.state == "ready"
    assert len(wechat.calls("applycodedownload")) == 1


def test_a_fetch_that_could_not_say_its_last_word_says_it_next_time(app, market):
    market.finished()
    failures = []

    def fetch():
        with app.app_context():
            try:
                market.fetch()
            except Unavailable as error:
                failures.append(error)

    with transaction(market.brand.id) as session:
        queries.market_row(session, market.id, lock=True)  # longer than anybody waits for a lock
        worker = threading.Thread(target=fetch)
        worker.start()
        worker.join()
    assert (len(failures), market.row.state) == (1, "finished")
    market.fetch()
    market.fetch()
    assert market.row.state == "ready"


def test_a_fetch_that_died_while_tidying_up_tidies_up(market):
    market.ready()
    rest = market.folder() / "4000.table"
    rest.write_bytes(b"what a worker did not come to remove")
    market.fetch()
    assert not rest.exists()


def test_two_workers_that_fetch_at_once_leave_one_map(app, market, brand):
    market.finished()
    gate, failures = threading.Barrier(2), []

    def fetch():
        with app.app_context():
            gate.wait()
            try:
                market.fetch()
            except FileNotFoundError as error:  # the other was done and took the tables away: the job runs again
                failures.append(error)

    workers = [threading.Thread(target=fetch) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    market.fetch()
    assert len(failures) < 2
    assert market.row.state == "ready"
    assert queries.code_no_of(brand.id, market.told(17)) == market.batch.lo + 17


def test_files_that_wechat_threw_away_are_made_anew(market, wechat):
    market.finished()
    wechat.advance(4 * 86_400)
    market.fetch()
    assert market.row.state == "ready"
    assert len([call for call in wechat.calls("applycodedownload") if "80309" in call["answer"]]) == 1


@pytest.mark.parametrize("fault", ["wrong_market_key", "garbled_package"])
def test_a_file_that_does_not_open_leaves_nothing_behind(market, wechat, fault):
    market.finished()
    wechat.fault(fault)
    with pytest.raises(UnreadablePackage):
        market.fetch()
    assert (market.row.state, market.folder().exists()) == ("finished", False)
    market.fetch()
    assert market.row.state == "ready"


def test_a_key_that_was_told_wrong_is_mended_by_the_right_one(market, wechat, brand):
    market.finished()
    name = queries.key_name(wechat.service)
    with transaction(brand.id) as session:
        right = tenancy.secret(session, name)
        tenancy.store_secret(session, name=name, value=b"x" * 32)
    with pytest.raises(UnreadablePackage):
        market.fetch()
    with transaction(brand.id) as session:
        tenancy.store_secret(session, name=name, value=right)
    market.fetch()
    assert market.row.state == "ready"


def test_a_code_of_nobody_or_outside_its_activation_has_no_number(market, brand):
    market.ready()
    for told in (
        market.told(7, code="AAAAAAAAA"),
        market.told(7, application_id=5),
        market.told(7, activated=CodeRange(8, 99)),
    ):
        with pytest.raises(ForeignCode):
            queries.code_no_of(brand.id, told)


def test_another_brand_does_not_know_the_application(market, other_brand):
    market.ready()
    with pytest.raises(ForeignCode):
        queries.code_no_of(other_brand.id, market.told(7))


@pytest.mark.parametrize(("count", "has_inner"), [(COUNT, True), (COUNT - 1, False), (48, False)])
def test_only_outer_codes_by_the_ten_thousand_can_be_wechats(wechat, session, count, has_inner):
    batch = a_batch(session, count=count, has_inner=has_inner)
    with pytest.raises(NotForMarket):
        actions.request_market_codes(session, batch_id=batch.id, app_id="wx1", by=BY, at=clock.now())


def test_a_batch_is_printed_by_us_or_by_wechat_and_never_by_both(brand):
    with transaction(brand.id) as session:
        ours, theirs = (minted_batches(session, LABEL, count=COUNT)[0] for _ in range(2))
        done, late = (a_delivery(session, batch, recipient=RECIPIENT).delivery for batch in (ours, theirs))
        assert finish_file(session, delivery_id=done.id, written=WRITTEN, at=clock.now())
    with pytest.raises(NotForMarket), transaction(brand.id) as session:
        actions.request_market_codes(session, batch_id=ours.id, app_id="wx1", by=BY, at=clock.now())
    with transaction(brand.id) as session:
        actions.request_market_codes(session, batch_id=theirs.id, app_id="wx1", by=BY, at=clock.now())
    with pytest.raises(PrintedByMarket), transaction(brand.id) as session:
        finish_file(session, delivery_id=late.id, written=WRITTEN, at=clock.now())
    with transaction(brand.id) as session:
        assert batch_row(session, theirs.id).exported_at is None


def test_sixteen_requests_for_one_batch_are_one_application(app, wechat, brand):
    with transaction(brand.id) as session:
        batch = a_batch(session, count=COUNT, has_inner=False)

    def ask(_):
        try:
            with transaction(brand.id) as session:
                actions.request_market_codes(session, batch_id=batch.id, app_id="wx1", by=BY, at=clock.now())
        except MarketRequested:
            return False
        return True

    assert sum(in_threads(app, ask)) == 1


def test_codes_are_activated_at_wechat_in_one_call_over_its_files(market, wechat):
    market.ready()
    done = market.activate(market.request_activation())
    assert (done.state, done.errcode) == ("active", None)
    (call,) = wechat.calls("codeactive?")
    sent = json.loads(call["body"])
    assert (sent["code_start"], sent["code_end"], sent["wxa_path"]) == (0, 9_999, "pages/scan/index")


def test_an_activation_whose_answer_was_lost_is_not_sent_twice(market, wechat, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)
    market.ready()
    wanted = market.request_activation(100, 200)
    wechat.fault("timeout_after_commit", match="codeactive?")
    with pytest.raises(PlatformBusy):
        market.activate(wanted)
    assert market.activate(wanted).state == "active"
    assert market.activate(wanted).state == "active"
    assert len(wechat.calls("codeactive?")) == 1


def test_a_refused_activation_keeps_its_number_and_frees_its_range(market, wechat):
    market.ready()
    wechat.fault("errcode", errcode=40097, match="codeactive?")
    refused = market.activate(market.request_activation(0, 100))
    assert (refused.state, refused.errcode) == ("refused", 40097)
    assert market.activate(market.request_activation(0, 100)).state == "active"


def test_a_token_that_wechat_does_not_honour_is_no_refusal_of_the_activation(market, wechat):
    market.ready()
    wanted = market.request_activation(0, 100)
    wechat.fault("errcode", errcode=40001, match="codeactive", times=4)
    with pytest.raises(PlatformRefused):
        market.activate(wanted)
    wechat.sandbox.control("DELETE", "faults")
    assert market.activate(wanted).state == "active"


def test_what_is_active_or_about_to_be_is_not_activated_again(market):
    market.ready()
    market.request_activation(0, 100)
    with pytest.raises(MarketActive):
        market.request_activation(99, 150)
    market.request_activation(100, 150)


@pytest.mark.parametrize(("lo", "hi"), [(-1, 10), (0, COUNT + 1), (10, 10)])
def test_a_range_that_is_none_of_the_batch_is_refused(market, lo, hi):
    market.ready()
    with pytest.raises(RangeOutsideBatch):
        market.request_activation(lo, hi)


def test_nothing_is_activated_before_the_map_stands(market):
    market.finished()
    with pytest.raises(MarketNotReady):
        market.request_activation()


def test_sixteen_activations_of_one_range_are_one(app, market):
    market.ready()

    def ask(_):
        try:
            market.request_activation(0, 100)
        except MarketActive:
            return False
        return True

    assert sum(in_threads(app, ask)) == 1


BREAKS = {
    "WeChat's files do not fit their batch": "codes_market_file SET first_no = first_no + 1",
    "WeChat's activations overlap": "codes_market_activation SET hi = hi + 1",
}


@pytest.mark.parametrize("name", BREAKS)
def test_each_broken_invariant_is_named(market, brand, name):
    market.ready()
    market.request_activation(0, 100)
    market.request_activation(100, 200)
    with transaction(brand.id) as session:
        assert codes.check_invariants(session) == []
        session.execute(text(f"UPDATE {BREAKS[name]} WHERE brand_id = :brand"), {"brand": brand.id})
        assert {wrong.split(":")[0] for wrong in codes.check_invariants(session)} == {name}
