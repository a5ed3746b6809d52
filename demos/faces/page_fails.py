"""Where it fails, measured."""


def build() -> None:
    """Lay the view out."""
