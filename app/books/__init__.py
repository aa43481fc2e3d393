"""Owns the proof of the books: every package's invariants, every night and on demand; and stuck jobs."""

from app.books.queries import prove

__all__ = ["prove"]
