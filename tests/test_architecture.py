"""What import-linter cannot say: faces, one home for tables, keys, sizes."""

import ast
import dataclasses
import graphlib
import inspect
from pathlib import Path

import grimp
import pytest

from app.kit.database import Model
from app.kit.outbox import kind_of
from app.reactions import REACTIONS, SCHEDULE

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app"
HOUSE = {"factory", "reactions", "kit", "platforms"}
PRIVATE = {"actions", "queries", "models", "rules", "routes", "jobs", "commands", "schemas", "errors", "events"}
# Other packages may use what is named here although it is not on the face.
SHARED = {
    ("app.reactions", "app.attribution.jobs"),
    ("app.scans.routes.terminal", "app.commissions.schemas"),
    ("app.scans.routes.simulations", "app.campaigns.schemas"),
    ("app.scans.schemas.simulation", "app.campaigns.schemas"),
}
FACE_NAMES = 40
FILE_LINES = 300
FUNCTION_LINES = 40
# Keyed by what they are about, not by an id of their own.
OTHER_KEYS = {
    "rewards_claim": ("brand_id", "code_no", "share_no"),
}
GLOBAL_TABLES = {
    "tenancy_brand",
    "tenancy_brand_host",
    "tenancy_platform_app",
    "tenancy_key_slot",
    "identity_staff_login",
    "kit_round",
    "kit_version",
}


def source_files() -> list[Path]:
    return sorted([*APP.rglob("*.py"), *(ROOT / "config").rglob("*.py")])


def test_packages_use_each_other_only_through_their_faces() -> None:
    graph = grimp.build_graph("app", cache_dir=None)
    offences = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            mine, theirs = importer.split("."), imported.split(".")
            if len(mine) < 2 or len(theirs) < 3 or mine[1] == theirs[1] or theirs[1] in HOUSE:
                continue
            if mine[1] in {"factory", "reactions"} and theirs[2] in {"routes", "commands", "jobs", "events"}:
                continue
            if theirs[2] in PRIVATE and (importer, ".".join(theirs[:3])) not in SHARED:
                offences.append(f"{importer} -> {imported}")
    assert not offences, offences


def test_every_table_outside_a_short_list_is_keyed_by_brand_and_id() -> None:
    wrong = {}
    for name, table in Model.metadata.tables.items():
        expected = OTHER_KEYS.get(name, ("brand_id", "id"))
        key = tuple(column.name for column in table.primary_key)
        if name not in GLOBAL_TABLES and key != expected:
            wrong[name] = key
    assert not wrong, wrong


def test_every_unique_key_and_index_of_a_brand_table_begins_with_the_brand() -> None:
    wrong = [
        f"{name}: {[column.name for column in constraint.columns]}"
        for name, table in Model.metadata.tables.items()
        if name not in GLOBAL_TABLES
        for constraint in [
            *table.indexes,
            *(c for c in table.constraints if type(c).__name__ == "UniqueConstraint"),
        ]
        if next(iter(constraint.columns)).name != "brand_id"
    ]
    assert not wrong, wrong


def test_every_table_is_named_after_its_package() -> None:
    packages = {path.name for path in APP.iterdir() if path.is_dir()}
    assert all(name.split("_")[0] in packages for name in Model.metadata.tables)


def test_reactions_form_a_dag_between_packages() -> None:
    edges: dict[str, set[str]] = {}
    for event, jobs in REACTIONS.items():
        for job in jobs:
            publisher, listener = event.__module__.split(".")[1], job.__module__.split(".")[1]
            if publisher != listener:
                edges.setdefault(listener, set()).add(publisher)
    assert list(graphlib.TopologicalSorter(edges).static_order()) is not None


def test_jobs_ask_only_for_fields_of_their_event() -> None:
    for event, jobs in REACTIONS.items():
        known = {field.name for field in dataclasses.fields(event)} | {"brand_id", "at"}
        for job in jobs:
            assert set(inspect.signature(job).parameters) <= known, kind_of(job)


def test_every_event_has_a_cause() -> None:
    assert all("cause" in {field.name for field in dataclasses.fields(event)} for event in REACTIONS)


def test_recurring_jobs_take_brand_and_time_only() -> None:
    for recurring in SCHEDULE:
        assert set(inspect.signature(recurring.job).parameters) == {"brand_id", "at"}


def test_a_planted_circle_of_events_is_found() -> None:
    with pytest.raises(graphlib.CycleError):
        list(graphlib.TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())


def test_no_source_file_is_longer_than_a_reader_likes() -> None:
    long = {str(path.relative_to(ROOT)): count for path in source_files() if (count := _lines(path)) > FILE_LINES}
    assert not long, long


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in source_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert not long, long


def test_no_face_shows_more_than_its_callers_need() -> None:
    for face in APP.glob("*/__init__.py"):
        for node in ast.parse(face.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                assert len(node.value.elts) <= FACE_NAMES, face  # type: ignore[attr-defined]  # a list display


def test_only_shells_commit() -> None:
    offences = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ]
    assert not offences, offences


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")
