"""The drill: keys rotate, old prints still resolve, old secrets still open, and the old key can be thrown away."""

import base64
import os
from dataclasses import dataclass

import pytest
from sqlalchemy import LargeBinary, delete, func, select, update

from app import campaigns, codes, tenancy
from app.channel.queries import phone_hash
from app.codes.actions import reveal_password
from app.codes.models import BatchRow
from app.codes.rules.text import ALPHABET
from app.kit import sealing
from app.kit.cache import Versioned
from app.kit.database import Model
from app.kit.resealing import reseal, sealed_columns
from app.kit.transaction import global_transaction, transaction
from app.tenancy.actions import keep_lookup_key, keep_slot_keys, rotate_slots
from app.tenancy.errors import NoSlotsLeft
from app.tenancy.models import KeySlotRow, Secret
from app.tenancy.queries import LOOKUP
from app.tenancy.rules import SLOTS, next_pair
from tests.builders.campaigns import a_campaign
from tests.builders.codes import a_batch
from tests.builders.packs import a_delivery, minted_batches
from tests.conftest import TEST_KEY

OLD = base64.b64decode(TEST_KEY)
NEW = os.urandom(32)


@dataclass(frozen=True)
class Past:
    """What a brand has printed, promised and kept before anything is rotated."""

    batch: codes.BatchInfo
    prints: list[str]
    delivery_id: int
    campaign_id: int
    commitment: str


@pytest.fixture
def ring():
    """Sets the master keys of the process, and gives the tests' own back at the end."""
    yield use
    use({"1": OLD})


def use(keys):
    sealing.use_master_keys(keys)
    for versioned in Versioned.registry:
        versioned.forget_all()


def prints_of(session, batch):
    return [text for code in codes.printed(session, batch_id=batch.id) for text in (code.outer, code.inner)]


def a_past(brand, committed, at):
    """As a release left it that knew no key ids: slots derived from the master key, secrets without a mark."""
    with global_transaction() as session:
        session.execute(update(KeySlotRow).where(KeySlotRow.brand_id == brand.id).values(key_sealed=None))
    use({"1": OLD})
    with committed() as session:
        tenancy.store_secret(session, name="wechatpay", value=b"merchant key")
        batch = a_batch(session, count=5)
        [ordered] = minted_batches(session, encryption="zip", count=10)
        delivery = a_delivery(session, ordered).delivery
        campaign = a_campaign(session, a_batch(session, count=100))
        commitment = campaign.commitment
        past = Past(batch, prints_of(session, batch), delivery.id, campaign.id, commitment)
        for column in (BatchRow.secret_sealed, Secret.sealed):
            bare = func.substr(column, len(sealing.KeyRing({"1": OLD}).mark) + 1)
            session.execute(update(column.parent.class_).values({column.key: bare}))
    use({"1": OLD})
    return past


def reseal_brand(brand, committed):
    """What `rotate-master` does for one brand; how many secrets it sealed again."""
    with global_transaction() as session:
        count = keep_slot_keys(session, brand_id=brand.id)
    for sealed in sealed_columns():
        after, more = None, not sealed.is_global
        while more:
            with committed() as session:
                progress = reseal(session, sealed, after=after, limit=2)
            count, after = count + progress.resealed, progress.last
            more = after is not None
    return count


def reseal_slots(brand):
    [slots] = [sealed for sealed in sealed_columns() if sealed.model is KeySlotRow]
    with global_transaction() as session:
        for row in session.scalars(select(KeySlotRow).where(KeySlotRow.brand_id == brand.id)):
            plain = sealing.open_sealed(row.key_sealed, context=slots.context_of(row))
            row.key_sealed = sealing.seal(plain, context=slots.context_of(row))


def test_the_drill(brand, committed, ring, at):
    past = a_past(brand, committed, at)
    with global_transaction() as session:
        pair = rotate_slots(session, brand_id=brand.id)
    with committed() as session:
        fresh = prints_of(session, a_batch(session, count=5))
    assert ({code[0] for code in past.prints}, {code[0] for code in fresh}) == ({"K", "S"}, set(pair))

    ring({"2": NEW, "1": OLD})  # the new key seals, the old one still opens
    assert all(codes.read(brand.id, code) for code in past.prints + fresh)
    assert reseal_brand(brand, committed) >= 7
    reseal_slots(brand)
    assert reseal_brand(brand, committed) == 0

    ring({"2": NEW})  # the old key is gone for good
    reads = [codes.read(brand.id, code).code_no for code in past.prints]
    assert reads == [number for number in range(past.batch.lo, past.batch.hi) for _ in range(2)]
    assert all(codes.read(brand.id, code) for code in fresh)
    with committed() as session:
        assert prints_of(session, past.batch) == past.prints
        assert tenancy.secret(session, "wechatpay") == b"merchant key"
        assert len(reveal_password(session, delivery_id=past.delivery_id, by=1, at=at)) == 23
    assert campaigns.book(brand.id).campaigns[past.campaign_id].commitment == past.commitment


def test_what_was_found_by_a_hash_is_found_after_the_rotation(brand, committed, ring):
    """Hashes are of a key of their own, which a rotation keeps: phone numbers and invitations stay findable."""
    with committed() as session:
        session.execute(delete(Secret).where(Secret.name == LOOKUP))  # as the release before left it
    use({"1": OLD})
    before = tenancy.lookup_key(brand.id)
    with committed() as session:
        hashed = phone_hash(session, "13812345678")
        keep_lookup_key(session)
        keep_lookup_key(session)
    ring({"2": NEW, "1": OLD})
    reseal_brand(brand, committed)
    ring({"2": NEW})
    assert tenancy.lookup_key(brand.id) == before
    with committed() as session:
        assert phone_hash(session, "13812345678") == hashed


def test_without_the_rotation_the_old_key_cannot_be_dropped(brand, committed, ring, at):
    a_past(brand, committed, at)
    ring({"2": NEW})
    with pytest.raises(sealing.CannotOpen):
        codes.read(brand.id, "K" + "0" * 15)


def test_a_rotation_that_was_broken_off_goes_on_where_it_was(brand, committed, ring):
    with committed() as session:
        for number in range(5):
            tenancy.store_secret(session, name=f"secret{number}", value=bytes([number]))
    ring({"2": NEW, "1": OLD})
    [column] = [sealed for sealed in sealed_columns() if sealed.model is Secret]
    with committed() as session:
        first = reseal(session, column, after=None, limit=2)
    assert (first.resealed, first.last is None) == (2, False)
    assert reseal_brand(brand, committed) == 3
    ring({"2": NEW})
    with committed() as session:
        kept = [tenancy.secret(session, f"secret{number}") for number in range(5)]
    assert kept == [bytes([number]) for number in range(5)]


def test_a_rotation_touches_no_other_brand(brand, other_brand, committed, ring):
    with transaction(other_brand.id) as session:
        tenancy.store_secret(session, name="theirs", value=b"x")
    ring({"2": NEW, "1": OLD})
    reseal_brand(brand, committed)
    ring({"1": OLD})
    with transaction(other_brand.id) as session:
        assert tenancy.secret(session, "theirs") == b"x"


def test_every_sealed_column_of_every_table_is_known_to_the_rotation(app):
    sealed = {
        (name, column.name)
        for name, table in Model.metadata.tables.items()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and "sealed" in column.name
    }
    assert sealed == {(one.model.__tablename__, one.column.key) for one in sealed_columns()}


def test_the_commands_rotate_slots_and_the_master_key(app, brand, committed, at):
    past = a_past(brand, committed, at)
    slug, runner = tenancy.brand(brand.id).slug, app.test_cli_runner()
    rotated = runner.invoke(args=["rotate-slots", "--brand", slug])
    assert rotated.output.strip() == f"{slug} mints with M (outer) and T (inner)"
    first, again = (runner.invoke(args=["rotate-master"]).output for _ in range(2))
    assert "codes_batch.secret_sealed: 0 sealed again" not in first
    assert "codes_batch.secret_sealed: 0 sealed again" in again
    assert all(codes.read(brand.id, code) for code in past.prints)
    assert runner.invoke(args=["rotate-slots", "--brand", "nobody"]).exit_code != 0


def test_what_no_key_opens_stays_and_is_said(app, brand, committed):
    with committed() as session:
        session.add(Secret(name="torn", sealed=b"nobody knows"))
    told = app.test_cli_runner().invoke(args=["rotate-master"])
    assert told.exit_code == 1
    assert "tenancy_secret.sealed: " in told.output
    assert "cannot be opened" in told.output
    with committed() as session:
        assert session.scalar(select(Secret.sealed).where(Secret.name == "torn")) == b"nobody knows"


def test_a_brand_runs_out_of_slots_after_sixteen_pairs(brand):
    with global_transaction() as session:
        pairs = [rotate_slots(session, brand_id=brand.id) for _ in range(15)]
    assert len({slot for pair in pairs for slot in pair}) == 30
    with pytest.raises(NoSlotsLeft), global_transaction() as session:
        rotate_slots(session, brand_id=brand.id)


def test_slots_are_the_letters_of_codes():
    assert sorted(SLOTS) == sorted(ALPHABET)
    assert next_pair(SLOTS[:31]) is None
    assert next_pair([]) == ("K", "S")
