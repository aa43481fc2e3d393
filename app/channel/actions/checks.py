"""Lines of a file against what the brand has: names taken, dealers and shops that must exist."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.channel.queries import phone_hash
from app.channel.rules import SCOPES, Findings, Line
from app.kit.database import raw

Titles = Mapping[str, str]
NAMES = "SELECT name FROM channel_dealer WHERE brand_id = %s AND name = ANY(%s)"
AREAS = "SELECT county FROM channel_dealer_area WHERE brand_id = %s AND county = ANY(%s)"
# The share lock keeps them from being closed before the lines under them are kept.
ACTIVE_DEALERS = """
SELECT name, id FROM channel_dealer WHERE brand_id = %s AND name = ANY(%s) AND state = 'active'
ORDER BY id FOR SHARE"""
TERMINALS = """
SELECT t.dealer_id, t.name, t.id, t.state FROM unnest(%s::bigint[], %s::text[]) AS asked (dealer_id, name)
JOIN channel_terminal t ON t.brand_id = %s AND t.dealer_id = asked.dealer_id AND t.name = asked.name"""
INVITED = """
SELECT role, dealer_id, terminal_id, phone_hash FROM channel_invitation
WHERE brand_id = %s AND phone_hash = ANY(%s) AND revoked_at IS NULL AND uses < max_uses"""


def checked_dealers(session: Session, lines: Sequence[Line], titles: Titles, findings: Findings) -> list[Line]:
    names = _column(session, NAMES, [line.values["name"] for line in lines])
    counties = _column(session, AREAS, [each for line in lines for each in line.values.get("counties") or ()])
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        name = line.values["name"]
        _once(seen, ("name", name), line, titles["name"], findings)
        if name in names:
            findings.add(line.number, titles["name"], "name_taken")
        for county in line.values.get("counties") or ():
            _once(seen, ("county", county), line, titles["counties"], findings)
            if county in counties:
                findings.add(line.number, titles["counties"], "county_taken", county=county)
    return list(lines)


def checked_terminals(session: Session, lines: Sequence[Line], titles: Titles, findings: Findings) -> list[Line]:
    """The lines with the ids of their dealers."""
    found = _with_dealers(session, lines, titles, findings)
    taken = _terminals(session, found, "name")
    seen: dict[tuple[int, str], int] = {}
    for line in found:
        key = (line.values["dealer_id"], line.values["name"])
        _once(seen, key, line, titles["name"], findings)
        if key in taken:
            findings.add(line.number, titles["name"], "name_taken")
    return found


def checked_people(session: Session, lines: Sequence[Line], titles: Titles, findings: Findings) -> list[Line]:
    """The lines with the ids of their dealers and shops."""
    found = _with_dealers(session, lines, titles, findings)
    shops = _terminals(session, found, "terminal")
    placed = [each for line in found if (each := _at_work(line, shops, titles, findings)) is not None]
    hashes = {line.number: phone_hash(session, line.values["phone"]) for line in placed}
    invited = _invited(session, list(hashes.values()))
    seen: dict[tuple[Any, ...], int] = {}
    for line in placed:
        values = line.values
        key = (values["role"], values["dealer_id"], values["terminal_id"], hashes[line.number])
        _once(seen, key, line, titles["phone"], findings)
        if key in invited:
            findings.add(line.number, titles["phone"], "invited")
    return placed


def _once(seen: dict[Any, int], key: Any, line: Line, title: str, findings: Findings) -> None:
    first = seen.setdefault(key, line.number)
    if first != line.number:
        findings.add(line.number, title, "twice", first=str(first))


def _column(session: Session, statement: str, asked: list[str]) -> set[str]:
    return {row[0] for row in raw(session).execute(statement, (session.info["brand_id"], asked))}


def _with_dealers(session: Session, lines: Sequence[Line], titles: Titles, findings: Findings) -> list[Line]:
    asked = sorted({line.values["dealer"] for line in lines})
    rows = raw(session).execute(ACTIVE_DEALERS, (session.info["brand_id"], asked)).fetchall()
    dealers: dict[str, int] = dict(rows)
    found = []
    for line in lines:
        dealer_id = dealers.get(line.values["dealer"])
        if dealer_id is None:
            findings.add(line.number, titles["dealer"], "unknown_dealer")
        else:
            found.append(replace(line, values={**line.values, "dealer_id": dealer_id}))
    return found


def _terminals(session: Session, lines: Sequence[Line], key: str) -> dict[tuple[int, str], tuple[int, str]]:
    """Id and state of the shops that the lines name, by dealer and name."""
    named = [(line.values["dealer_id"], line.values[key]) for line in lines if line.values.get(key)]
    asked = ([dealer_id for dealer_id, _ in named], [name for _, name in named], session.info["brand_id"])
    rows = raw(session).execute(TERMINALS, asked)
    return {(dealer_id, name): (terminal_id, state) for dealer_id, name, terminal_id, state in rows}


def _at_work(
    line: Line, shops: Mapping[tuple[int, str], tuple[int, str]], titles: Titles, findings: Findings
) -> Line | None:
    """The line with its shop's id, None for who works for the dealer; no line where they do not fit."""
    name, of_shop = line.values.get("terminal"), SCOPES[line.values["role"]] == "terminal"
    if of_shop != bool(name):
        code = "terminal_missing" if of_shop else "terminal_unfit"
        findings.add(line.number, titles.get("terminal", titles["role"]), code)
        return None
    shop = shops.get((line.values["dealer_id"], name)) if name else (None, "active")
    if shop is None or shop[1] != "active":
        findings.add(line.number, titles["terminal"], "unknown_terminal")
        return None
    return replace(line, values={**line.values, "terminal_id": shop[0]})


def _invited(session: Session, hashes: list[bytes]) -> set[tuple[Any, ...]]:
    rows = raw(session).execute(INVITED, (session.info["brand_id"], hashes))
    return {(role, dealer_id, terminal_id, bytes(phone)) for role, dealer_id, terminal_id, phone in rows}
