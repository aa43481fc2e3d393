"""63-bit identifiers, ordered by time, made in the application.

41 bits of milliseconds since 2024-01-01 UTC (until 2093), 12 bits of node, 10 bits of sequence. The node
number comes from a database sequence when a process opens its first transaction (`kit.transaction`), so two
living processes never share one.
"""

import os
import threading
import time
from datetime import datetime

from typing_extensions import override

EPOCH_MS = 1_704_067_200_000
NODE_BITS = 12
SEQUENCE_BITS = 10
NODES = 1 << NODE_BITS
SEQUENCES = 1 << SEQUENCE_BITS


class NodeNotAssigned(RuntimeError):
    """An identifier was asked for before the process opened its first transaction."""


class IdGenerator:
    """Identifiers of one process; safe to share between its threads."""

    def __init__(self, node: int) -> None:
        self._node = (node % NODES) << SEQUENCE_BITS
        self._lock = threading.Lock()
        self._millisecond = 0
        self._sequence = 0

    def make(self, count: int) -> list[int]:
        return [self.next() for _ in range(count)]

    def next(self) -> int:
        """A burst, or a clock that was set back, borrows from the next milliseconds."""
        millisecond = time.time_ns() // 1_000_000 - EPOCH_MS
        with self._lock:
            if millisecond > self._millisecond:
                self._millisecond, self._sequence = millisecond, 0
            elif self._sequence == SEQUENCES - 1:
                self._millisecond, self._sequence = self._millisecond + 1, 0
            else:
                self._sequence += 1
            return (self._millisecond << (NODE_BITS + SEQUENCE_BITS)) | self._node | self._sequence


class _Nobody(IdGenerator):
    """The generator of a process that has no node yet."""

    @override
    def next(self) -> int:
        raise NodeNotAssigned


_generator: IdGenerator = _Nobody(0)


def has_node() -> bool:
    return not isinstance(_generator, _Nobody)


def use_node(node: int) -> None:
    """Give this process (not its parent, not its children) its node number."""
    global _generator  # noqa: PLW0603  # one for each process
    _generator = IdGenerator(node)


def _forget_node() -> None:
    global _generator  # noqa: PLW0603  # idem
    _generator = _Nobody(0)


os.register_at_fork(after_in_child=_forget_node)


def new_id() -> int:
    """A fresh identifier; raises `NodeNotAssigned` outside a process with a database."""
    return _generator.next()


def new_ids(count: int) -> list[int]:
    """Fresh identifiers in their order; raises `NodeNotAssigned`."""
    return _generator.make(count)


def first_id_of(at: datetime) -> int:
    """The smallest identifier that an instant can carry: a bound for ranges of time."""
    return (int(at.timestamp() * 1000) - EPOCH_MS) << (NODE_BITS + SEQUENCE_BITS)
