"""Who is it? Enrol people, then name everybody on a photo."""


def build() -> None:
    """Lay the view out."""
