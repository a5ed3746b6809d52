"""The room's programming interface: two endpoints, and the lines that call them."""


def build() -> None:
    """Lay the view out."""
