"""`python -m benchmarks [names]`: measure, and print the table of README.md. Without names, everything."""

import argparse
import importlib

from shared import devices

from .row import HEAD

NAMES = ("first_page", "training", "drawing", "gradebook", "gradebook_page", "matching", "faces")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Side-by-side measurements of the gallery.")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which; all if none is given")
    options = parser.parse_args()
    devices.before_torch()
    print(f"{devices.describe()}\n\n{HEAD}", flush=True)
    for name in options.names or NAMES:
        for row in importlib.import_module(f"benchmarks.{name}").measure():
            print(row, flush=True)


if __name__ == "__main__":
    main()
