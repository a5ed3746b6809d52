"""Both detectors on one photo, side by side, opened up."""


def build() -> None:
    """Lay the view out."""
