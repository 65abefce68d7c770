"""A guest in Python: the functions of the interface `notebook` outside its resource."""

from collections import Counter

from notebook import Book as Book


class Notebook:
    """The exported interface."""

    def count(self, text: str) -> list[tuple[str, int]]:
        """Return the words of a text with how often each occurs, the most frequent first."""
        return Counter(text.split()).most_common()
