"""The resource of the interface `notebook`: componentize-py looks for it in a module of the interface's name."""

from __future__ import annotations

from componentize_py_types import Err
from wit_world.exports.notebook import Failure_Duplicate, Failure_EmptyTitle, Note
from wit_world.imports import journal


class Book:
    """A book of notes, kept by the component."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._notes: dict[str, Note] = {}

    def add(self, title: str, body: str) -> Note:
        """Add a note, or raise the WIT error for a title that cannot be."""
        if not title:
            raise Err(Failure_EmptyTitle())
        if title in self._notes:
            raise Err(Failure_Duplicate(title))
        note = Note(title, body, journal.stamp())
        self._notes[title] = note
        journal.append(f"{self._owner} added {title}")
        return note

    def find(self, title: str) -> Note | None:
        """Return the note with this title."""
        return self._notes.get(title)

    def titles(self) -> list[str]:
        """Return the titles in the order of their notes."""
        return list(self._notes)

    def owner(self) -> str:
        """Return whose book it is."""
        return self._owner

    @classmethod
    def merged(cls, left: Book, right: Book) -> Book:
        """Make a book of the notes of two."""
        book = cls(f"{left._owner} and {right._owner}")
        book._notes = {**left._notes, **right._notes}
        return book
