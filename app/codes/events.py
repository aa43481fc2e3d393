"""What happened to codes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportRequested:
    """An association file lies ready to be checked."""

    cause: str
    import_id: int


@dataclass(frozen=True, slots=True)
class FileArrived:
    """A file lies whole in the brand's inbox, under this name."""

    cause: str
    name: str
