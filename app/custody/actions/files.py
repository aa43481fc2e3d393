"""A file of movements is recorded whole, or not at all with every line that is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app import codes
from app.custody.actions.documents import record_document
from app.custody.errors import NotHeld, ShipmentNumberTaken, SupplyStopped
from app.custody.rules import Document, NewDocument
from app.custody.rules.files import Line, LineError

Numbered = Mapping[str, Mapping[int, int]]  # by document: the code numbers and the line that names each


@dataclass(frozen=True, slots=True)
class Recorded:
    """The documents of a file; or what is wrong with it, and with how many lines that are not named."""

    documents: list[Document]
    wrong: list[LineError]
    unsaid: int


def read_codes(brand_id: int, lines: Sequence[Line]) -> tuple[dict[str, dict[int, int]], list[LineError]]:
    """The codes of every document, each with its line. Reads memory: call it before the transaction."""
    documents: dict[str, dict[int, int]] = {}
    wrong: list[LineError] = []
    for line in lines:
        read = codes.read(brand_id, line.code)
        if read is None or read.canary:
            wrong.append(LineError(line.number, "unknown"))
        elif read.code_no in documents.setdefault(line.document, {}):
            wrong.append(LineError(line.number, "twice"))
        else:
            documents[line.document][read.code_no] = line.number
    return documents, wrong


def record_file(session: Session, new: NewDocument, documents: Numbered, *, at: datetime) -> Recorded:
    """Record the documents of a file, each like ``new`` under its own number.

    With errors the caller rolls everything back. Raises what `record_document` does for the parties.
    """
    made: list[Document] = []
    wrong: list[LineError] = []
    unsaid = 0
    for number, numbered in documents.items():
        code_nos = list(numbered)
        try:
            made.append(record_document(session, replace(new, number=number), code_nos=code_nos, at=at))
        except NotHeld as refusal:
            wrong += [
                LineError(numbered[code_nos[one["index"]]], one["reason"]) for one in refusal.details["refused"]
            ]
            unsaid += refusal.details["more"]
        except ShipmentNumberTaken:
            wrong.append(LineError(min(numbered.values()), "taken"))
        except SupplyStopped:
            wrong.append(LineError(min(numbered.values()), "stopped"))
    return Recorded(made, wrong, unsaid)
