"""``./malu seed``: two brands with a past, made by the product's own verbs; run again, it adds what is missing.

Part of ``./malu run``, with the environment of the web server. Logins and codes to scan go to ``var/demo.json``.
"""

import json
import logging
import os
import secrets
from itertools import count, islice
from pathlib import Path
from typing import Any

from flask import Flask

from app import codes, identity, tenancy
from app.factory import create_app
from app.kit import clock
from app.kit.transaction import global_transaction, transaction
from config.dev.environment import VAR, Ports, chosen_ports
from config.dev.processes import CannotContinue, say
from config.dev.seed_codes import ReadyCode, ready_codes
from config.dev.seed_diversion import judge_now, tell_of_diversion
from config.dev.seed_goods import make_past
from config.dev.seed_packs import require_packs
from config.dev.seed_people import Sandbox, pay_visits, pending_visits, require_apps, sign_in_people
from config.dev.seed_stories import FIRST_CODE_NO, STORIES, VISITS, Story
from config.settings import InvalidSettings, Settings

DEMO = VAR / "demo.json"
ADMIN_EMAIL = "admin{number}@{slug}.example"
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105  without what looks alike
GROUPS, GROUP_LENGTH = 4, 5


def main(argv: list[str]) -> int:
    if argv:
        raise CannotContinue("./malu seed takes no arguments")
    try:
        settings = Settings.from_env(os.environ)
    except InvalidSettings as fact:
        raise CannotContinue(f"{fact}; ./malu run seeds by itself") from fact
    if settings.mode == "production":
        raise CannotContinue("the demo data is not for production")
    app = create_app(settings)
    logging.disable(logging.INFO)  # its own requests are no news to the person who waits
    with app.app_context():
        seed(app, Sandbox(settings.wechat_api_url), chosen_ports())
    return 0


def seed(app: Flask, sandbox: Sandbox, ports: Ports) -> None:
    """Make what the demo lacks, and write down how to get in."""
    kept = _read_demo(DEMO)
    brands = []
    for story, host in zip(STORIES, hosts_of(ports), strict=True):
        brand_id = require_brand(story, host)
        staff = require_staff(story, brand_id, kept.get(str(brand_id)))
        require_past(app, sandbox, story, brand_id)
        require_packs(story, brand_id)
        ready = ready_codes(brand_id, story)
        brands.append(_described(story, brand_id, f"http://{host}", staff, ready))
        say(f"  {story.title}: {len(story.shops)} shops, {story.units} units, {len(VISITS)} prizes opened")
    _write_demo(DEMO, {"brands": brands, "codes": brands[0]["codes"]})


def hosts_of(ports: Ports) -> tuple[str, str]:
    """One name for each brand: a browser keeps cookies by name and not by port, so two brands need two."""
    return f"127.0.0.1:{ports.first}", f"localhost:{ports.second}"


def require_brand(story: Story, host: str) -> int:
    """The id of the story's brand, which answers at the host from now on."""
    with global_transaction() as session:
        known = tenancy.all_brand_ids(session)
    found = next((brand_id for brand_id in known if tenancy.brand(brand_id).slug == story.slug), None)
    with global_transaction() as session:
        brand_id = found or tenancy.add_brand(
            session, slug=story.slug, name=story.name, name_en=story.name_en, color=story.color
        )
    _require_host(brand_id, host)
    return brand_id


def _require_host(brand_id: int, host: str) -> None:
    try:
        speaks_for = tenancy.brand_for_host(host).id
    except tenancy.UnknownBrand:
        with global_transaction() as session:
            tenancy.add_host(session, brand_id=brand_id, host=host)
        return
    if speaks_for != brand_id:
        raise CannotContinue(f"{host} belongs to another brand of this database: choose another MALU_PORT")


def require_staff(story: Story, brand_id: int, kept: dict[str, str] | None) -> dict[str, str]:
    """The login that ``var/demo.json`` remembers, else a new one: a lost password cannot be read back."""
    if kept is not None:
        return kept
    password = _new_password()
    for number in count(1):
        email = ADMIN_EMAIL.format(number="" if number == 1 else number, slug=story.slug)
        with transaction(brand_id) as session:
            made = identity.create_staff(
                session,
                email=email,
                name=f"{story.name}管理员",
                password=password,
                role="brand_admin",
                at=clock.now(),
            )
        if made.totp_secret is not None:
            return {"email": email, "password": password, "totp_secret": made.totp_secret}
    raise AssertionError("numbers do not end")


def _new_password() -> str:
    """About 98 bits, in groups that can be typed from a screen."""
    letters = (secrets.choice(PASSWORD_ALPHABET) for _ in range(GROUPS * GROUP_LENGTH))
    return "-".join("".join(islice(letters, GROUP_LENGTH)) for _ in range(GROUPS))


def require_past(app: Flask, sandbox: Sandbox, story: Story, brand_id: int) -> None:
    """Shops and goods, made together or not at all, then the prizes that consumers have opened."""
    apps = require_apps(sandbox, story, brand_id)
    if not pending_visits(brand_id, story):
        return
    people = sign_in_people(sandbox, story, apps, brand_id)
    with transaction(brand_id) as session:
        if codes.batch_of(session, FIRST_CODE_NO) is None:
            make_past(session, story, people, at=clock.now())
            tell_of_diversion(session, story, at=clock.now())
    judge_now(brand_id)
    pay_visits(app, brand_id, story, people, address=f"http://{tenancy.brand(brand_id).host}")


def _described(
    story: Story, brand_id: int, url: str, staff: dict[str, str], ready: list[ReadyCode]
) -> dict[str, Any]:
    return {
        "id": str(brand_id),
        "name": story.title,
        "url": url,
        "staff": [staff],
        "codes": [{"label": code.label, "url": f"{url}/s/{code.text}"} for code in ready],
    }


def _read_demo(path: Path) -> dict[str, dict[str, str]]:
    """The staff logins of an earlier run, by the id of their brand."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {brand["id"]: brand["staff"][0] for brand in kept["brands"]}
    except (OSError, ValueError, LookupError):
        return {}


def _write_demo(path: Path, facts: dict[str, Any]) -> None:
    """Readable by its owner only: it holds passwords."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(facts, file, ensure_ascii=False, indent=1)
    fresh.rename(path)
