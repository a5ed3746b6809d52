"""The camera, with names."""


def build() -> None:
    """Lay the view out."""
