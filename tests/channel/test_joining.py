"""People join by invitation, shops by registration; the database decides races."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app import channel, identity
from app.channel.actions import (
    approve_registration,
    read_token,
    refuse_registration,
    require_open,
    revoke_invitation,
    token_of,
)
from app.channel.errors import (
    InvitationExpired,
    InvitationUsedUp,
    LooksLikeForeignTerminal,
    NameTaken,
    PhoneDiffers,
    RegistrationDecided,
    RegistrationOpen,
    UnknownInvitation,
    UnknownPhoto,
    UnknownRegistration,
)
from app.channel.jobs import drop_photos
from app.channel.models import FormerArea, Invitation, Photo, Registration, Terminal
from app.channel.queries import get_registration, photos_of, possible_duplicates
from app.channel.rules import photo_name
from app.identity.actions import note_phone
from app.kit import clock, files
from app.kit.errors import AppError
from app.kit.transaction import transaction
from tests.builders.channel import (
    a_dealer,
    a_photo_of,
    a_registration,
    a_terminal,
    accept,
    an_invitation,
    register,
    someone_with,
)

HERE = channel.Place.of(31.2397, 121.4998)
BY = 7


def in_threads(app, racers, work):
    """What each of many threads got, all started at one signal."""
    gate, results = threading.Barrier(racers), []

    def run(number):
        with app.app_context():
            gate.wait()
            try:
                results.append(work(number))
            except AppError as refusal:
                results.append(refusal.code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_token_names_its_invitation_and_no_guess_does(brand, other_brand):
    token = token_of(brand.id, 1234567890123456789)
    assert read_token(brand.id, token) == 1234567890123456789
    number, _, mac = token.partition(".")
    for guess in (
        token + "x",
        f"{number}.",
        number,
        f"{number[:-1]}.{mac}",
        "é.é",
        "-1.a",
        f"{number}.{mac[:-1]}",
    ):
        with pytest.raises(UnknownInvitation):
            read_token(brand.id, guess)
    with pytest.raises(UnknownInvitation):
        read_token(other_brand.id, token)


def test_whoever_accepts_gets_the_role_and_takes_one_place_only(session):
    terminal = a_terminal(session)
    invitation = an_invitation(session, terminal=terminal, role="clerk")
    person = someone_with(session)
    for _ in range(2):
        assert accept(session, invitation, person).scope_id == terminal.id
    session.refresh(invitation)
    assert invitation.uses == 1
    with pytest.raises(InvitationUsedUp):
        accept(session, invitation, someone_with(session))


def test_an_invitation_ends_by_its_time_and_by_its_maker(session):
    invitation, person, at = an_invitation(session), someone_with(session), clock.now()
    with pytest.raises(InvitationExpired):
        require_open(session, invitation.id, person_id=person, at=at + timedelta(days=7, seconds=1))
    revoke_invitation(session, invitation.id, at=at)
    session.refresh(invitation)
    with pytest.raises(InvitationExpired):
        require_open(session, invitation.id, person_id=person, at=at)


def test_an_invitation_for_a_phone_waits_for_that_phone(session):
    terminal = a_terminal(session)
    invitation = an_invitation(session, terminal=terminal, phone="13800001234", max_uses=3)
    typing, vouched, other = someone_with(session), someone_with(session), someone_with(session)
    note_phone(session, person_id=vouched, number="13800001234")
    note_phone(session, person_id=other, number="13800009999")

    for phone in (None, "13800009999"):
        with pytest.raises(PhoneDiffers):
            accept(session, invitation, typing, phone=phone)
    with pytest.raises(PhoneDiffers):
        accept(session, invitation, other, phone="13800001234")  # a vouched number is not talked away
    assert accept(session, invitation, vouched).role == "owner"
    assert accept(session, invitation, typing, phone="13800001234").role == "owner"


def test_a_miscounted_invitation_and_a_county_of_two_are_reported(session):
    dealer = a_dealer(session, house=True, counties=["310101"])
    accept(session, an_invitation(session, dealer=dealer, role="salesman"), someone_with(session))
    assert channel.check_invariants(session) == []
    session.execute(text("UPDATE channel_invitation SET uses = 0 WHERE uses = 1"))
    former = FormerArea(dealer_id=dealer.id, county="310101", since=dealer.created_at, until=clock.now())
    session.add(former)
    session.flush()
    (miscounted, county) = channel.check_invariants(session)
    assert miscounted.endswith("is miscounted")
    assert county == "channel: county 310101 had two dealers"


def test_a_case_invites_its_finder_alone_and_the_same_way_again(session):
    dealer, finder = a_dealer(session), someone_with(session)
    at = clock.now()
    given = {"case_no": 77, "dealer_id": dealer.id, "person_id": finder, "at": at}
    first = channel.invite_by_case(session, expires_at=at, **given)
    again = channel.invite_by_case(session, expires_at=at + timedelta(hours=1), **given)
    assert first == again
    assert require_open(session, first, person_id=finder, at=at).dealer_id == dealer.id
    with pytest.raises(UnknownInvitation):
        require_open(session, first, person_id=someone_with(session), at=at)


def test_of_sixty_four_who_come_at_once_three_get_in(app, brand, committed):
    with committed() as session:
        invitation = an_invitation(session, terminal=a_terminal(session), role="clerk", max_uses=3)
        people = [someone_with(session) for _ in range(64)]

    def join(number):
        with transaction(brand.id) as session:
            return accept(session, invitation, people[number]).role

    got = in_threads(app, 64, join)
    assert got.count("clerk") == 3
    assert set(got) == {"clerk", "channel.invitation_used_up"}
    with committed() as session:
        assert session.scalar(select(Invitation.uses)) == 3
        held = text("SELECT count(*) FROM identity_role WHERE brand_id = :brand_id AND role = 'clerk'")
        assert session.execute(held, {"brand_id": brand.id}).scalar() == 3


def test_an_approved_shop_is_a_terminal_with_its_owner(session):
    dealer = a_dealer(session)
    waiting = a_registration(session, dealer=dealer, name="新店", place=HERE, phone="13800001234")
    approved = approve_registration(session, waiting.id, dealers=[dealer.id], by=BY, at=clock.now())

    terminal = channel.get_terminal(session, approved.terminal_id)
    assert (terminal.name, terminal.dealer_id, terminal.phone_masked) == ("新店", dealer.id, "138****1234")
    assert terminal.latitude_e6 == HERE.latitude_e6
    assert terminal.phone_hash == waiting.phone_hash
    (role,) = identity.roles_of(session, waiting.person_id)
    assert (role.role, role.scope_id) == ("owner", terminal.id)
    with pytest.raises(RegistrationDecided):
        refuse_registration(session, waiting.id, dealers=None, reason="晚了", by=BY, at=clock.now())


def test_two_who_approve_at_once_make_one_terminal(app, brand, committed):
    with committed() as session:
        waiting = a_registration(session)

    def approve(_):
        with transaction(brand.id) as session:
            return approve_registration(session, waiting.id, dealers=None, by=BY, at=clock.now()).state

    got = in_threads(app, 8, approve)
    assert sorted(got) == ["approved", *["channel.registration_decided"] * 7]
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Terminal)) == 1


def test_one_person_has_one_open_wish_however_many_windows(app, brand, committed):
    with committed() as session:
        person = someone_with(session)
        invitation = an_invitation(session, max_uses=10)
        photos = [a_photo_of(session, person) for _ in range(8)]

    def ask(number):
        with transaction(brand.id) as session:
            return register(session, invitation, person, photo_ids=(photos[number],))

    got = in_threads(app, 8, ask)
    assert got.count("channel.registration_open") == 7
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 1


def test_a_refused_wish_is_asked_anew_with_other_facts(session):
    waiting = a_registration(session, name="旧名")
    person, at = waiting.person_id, clock.now()
    old_photo = photos_of(session, waiting.id)[0].id
    with pytest.raises(RegistrationOpen) as refusal:
        register(session, an_invitation(session), person)
    assert refusal.value.details == {"registration": str(waiting.id)}

    refuse_registration(session, waiting.id, dealers=None, reason="看不清门头", by=BY, at=at)
    other = a_dealer(session)
    fresh = a_photo_of(session, person)
    again = register(session, an_invitation(session, dealer=other), person, name="新名", photo_ids=(fresh,))
    assert again == waiting.id
    session.expire_all()
    found = get_registration(session, again, dealers=None)
    assert (found.state, found.round, found.reason, found.name) == ("submitted", 2, None, "新名")
    assert found.dealer_id == other.id
    assert [photo.id for photo in photos_of(session, again)] == [fresh]
    assert session.scalar(select(Photo.registration_id).where(Photo.id == old_photo)) is None


def test_photos_are_the_applicants_own(committed):
    with committed() as session:
        person, invitation = someone_with(session), an_invitation(session)
        photos = (a_photo_of(session, someone_with(session)), 1)
    for photo in photos:
        with pytest.raises(UnknownPhoto), committed() as session:
            register(session, invitation, person, photo_ids=(photo,))


def test_a_name_that_the_dealer_has_is_refused_and_nothing_is_granted(brand, committed):
    with committed() as session:
        dealer = a_dealer(session)
        a_terminal(session, dealer=dealer, name="同名")
        waiting = a_registration(session, dealer=dealer, name="同名")
    with pytest.raises(NameTaken), committed() as session:
        approve_registration(session, waiting.id, dealers=None, by=BY, at=clock.now())
    with committed() as session:
        assert get_registration(session, waiting.id, dealers=None).state == "submitted"
        assert identity.roles_of(session, waiting.person_id) == ()


def test_a_shop_that_may_be_known_is_shown_with_every_reason(session):
    dealer, other = a_dealer(session), a_dealer(session)
    known = approve_registration(
        session,
        a_registration(session, dealer=other, name="老王便利店", place=HERE, phone="13800001234").id,
        dealers=None,
        by=BY,
        at=clock.now(),
    )
    a_terminal(session, name="毫不相干")
    far = a_terminal(session, name="老王超市", county="440305")
    asked = a_registration(session, name="老王烟酒", place=HERE, phone="13800001234", dealer=dealer)
    rival = a_registration(session, name="老王商店")

    found = possible_duplicates(session, asked)
    assert [(each.kind, each.id, each.reasons) for each in found] == [
        ("terminal", known.terminal_id, ("phone", "place", "name")),
        ("registration", rival.id, ("name",)),
    ]
    assert far.id not in {each.id for each in found}


def test_a_dealer_does_not_take_over_what_looks_like_anothers_shop(session):
    dealer, other = a_dealer(session), a_dealer(session)
    owned = a_registration(session, dealer=other, name="老王便利店", place=HERE)
    approve_registration(session, owned.id, dealers=None, by=BY, at=clock.now())
    asked = a_registration(session, dealer=dealer, name="老王超市", place=HERE)
    with pytest.raises(LooksLikeForeignTerminal):
        approve_registration(session, asked.id, dealers=[dealer.id], by=BY, at=clock.now())
    session.expire_all()
    assert approve_registration(session, asked.id, dealers=None, by=BY, at=clock.now()).state == "approved"


def test_a_dealer_answers_only_its_own_registrations(session):
    waiting, stranger = a_registration(session), a_dealer(session)
    with pytest.raises(UnknownRegistration):
        approve_registration(session, waiting.id, dealers=[stranger.id], by=BY, at=clock.now())


def test_a_closed_dealer_takes_nobody_in(session):
    dealer = a_dealer(session)
    invitation = an_invitation(session, dealer=dealer, role="salesman")
    session.execute(text("UPDATE channel_dealer SET state = 'closed' WHERE id = :id"), {"id": dealer.id})
    with pytest.raises(channel.UnknownDealer):
        accept(session, invitation, someone_with(session))


def test_photos_that_nobody_wanted_are_gone_after_a_day(brand, committed):
    with committed() as session:
        kept = a_registration(session)
        waiting = a_photo_of(session, someone_with(session))
        wanted = photos_of(session, kept.id)[0].id
    for photo_id in (waiting, wanted):
        with files.writing(brand.id, photo_name(photo_id)) as file:
            file.write(b"jpeg")

    drop_photos(brand_id=brand.id, at=clock.now())
    assert files.path_of(brand.id, photo_name(waiting)).exists()
    drop_photos(brand_id=brand.id, at=clock.now() + timedelta(days=2))
    assert not files.path_of(brand.id, photo_name(waiting)).exists()
    assert files.path_of(brand.id, photo_name(wanted)).exists()
    with committed() as session:
        assert session.scalars(select(Photo.id)).all() == [wanted]
