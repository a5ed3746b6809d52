"""Same person? Two photos, and what their similarity means."""


def build() -> None:
    """Lay the view out."""
