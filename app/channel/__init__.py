"""Owns dealers and terminals: who supplies which shop, and who answers for which county."""

from app.channel.actions import create_dealer, create_terminal
from app.channel.errors import TerminalNotChosen, UnknownDealer, UnknownTerminal
from app.channel.models import Dealer, Terminal
from app.channel.queries import (
    check_invariants,
    directory,
    get_dealer,
    get_own_terminal,
    get_terminal,
    house_dealer,
    serving_by_area,
)
from app.channel.rules import Directory, Place

__all__ = [
    "Dealer",
    "Directory",
    "Place",
    "Terminal",
    "TerminalNotChosen",
    "UnknownDealer",
    "UnknownTerminal",
    "check_invariants",
    "create_dealer",
    "create_terminal",
    "directory",
    "get_dealer",
    "get_own_terminal",
    "get_terminal",
    "house_dealer",
    "serving_by_area",
]
