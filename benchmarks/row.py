"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """what: the thing measured. ours, other: values with their unit; other is what it is compared with, named in
    `against`. ratio: ours over other, None where there is nothing to divide.
    """

    what: str
    ours: str
    against: str
    other: str
    ratio: float | None

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return f"| {self.what} | {self.ours} | {self.against} | {self.other} | {ratio} |"


HEAD = "| what | ours | compared with | it | ours / it |\n|---|---|---|---|---|"
