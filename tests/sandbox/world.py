"""Everything the sandbox knows, handed to each part by name."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from tests.sandbox.calls import Calls
from tests.sandbox.clock import Clock, Scheduler
from tests.sandbox.faults import Faults
from tests.sandbox.meter import Meter
from tests.sandbox.people import seed_people
from tests.sandbox.registry import Registry, load_registry
from tests.sandbox.store import Store


@dataclass(slots=True)
class World:
    store: Store
    clock: Clock
    scheduler: Scheduler
    registry: Registry
    faults: Faults = field(default_factory=Faults)
    calls: Calls = field(default_factory=Calls)
    meter: Meter = field(default_factory=Meter)


def open_world(folder: Path) -> World:
    folder.mkdir(parents=True, exist_ok=True)
    store, registry = Store(folder / "wechat.sqlite"), load_registry(folder)
    clock = Clock(store)
    seed_people(store, registry)
    return World(store, clock, Scheduler(store, clock), registry)


def here() -> World:
    """The world of the request that is being answered."""
    return current_app.config["WORLD"]
