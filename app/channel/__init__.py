"""Owns dealers and terminals: who supplies which shop, and who answers for which county."""

from app.channel.actions import create_dealer, create_terminal, invite_by_case, token_of
from app.channel.errors import TerminalNotChosen, UnknownDealer, UnknownTerminal
from app.channel.events import TerminalChangeDue, TerminalRegistered
from app.channel.models import Dealer, Terminal
from app.channel.queries import (
    authorisations,
    authorised_counties,
    authorised_dealer,
    check_invariants,
    directory,
    get_dealer,
    get_own_terminal,
    get_terminal,
    house_dealer,
    serving_by_area,
    shops_ever_supplied,
    terminals_after,
    terminals_near,
)
from app.channel.rules import Directory, Place

__all__ = [
    "Dealer",
    "Directory",
    "Place",
    "Terminal",
    "TerminalChangeDue",
    "TerminalNotChosen",
    "TerminalRegistered",
    "UnknownDealer",
    "UnknownTerminal",
    "authorisations",
    "authorised_counties",
    "authorised_dealer",
    "check_invariants",
    "create_dealer",
    "create_terminal",
    "directory",
    "get_dealer",
    "get_own_terminal",
    "get_terminal",
    "house_dealer",
    "invite_by_case",
    "serving_by_area",
    "shops_ever_supplied",
    "terminals_after",
    "terminals_near",
    "token_of",
]
