"""Faster matching: one lesson, six ways."""


def build() -> None:
    """Lay the view out."""
