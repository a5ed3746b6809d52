"""The program that measures for `racing`: `python -m demos.faces.racer '{"dimension": 512, …}'`, a line of JSON a result.

A program of its own, so that a loop in Python does not hold up every visitor, and so that it can be ended at any moment, even
inside a library's call.
"""

import json
import os
import sys
import threading
from dataclasses import asdict


def main(asked: str) -> None:
    """asked: a `racing.Wish` as JSON. Prints {"ready": true} once the budget's time begins to count, then each result."""
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)
    from shared import devices

    devices.before_torch()
    wish = json.loads(asked)
    from . import speed
    from .contenders import build
    from .crowd import make

    for method in wish["methods"]:
        build(method, make(1, wish["dimension"], 1, 0).gallery)  # so that the budget does not pay for imports
    _say({"ready": True})
    # What a library takes longer for than foretold is cut off; a library's call cannot be asked to end.
    timer = threading.Timer(wish["budget_s"] + 0.5, os._exit, (0,))
    timer.daemon = True
    timer.start()
    for result in speed.live(
        budget_s=wish["budget_s"],
        dimension=wish["dimension"],
        sizes=wish["sizes"],
        limit=max(wish["sizes"]),
        methods=wish["methods"],
    ):
        _say({type(result).__name__: asdict(result)})


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _end_with_the_server() -> None:
    # Nothing ever comes; it returns when whoever started this program is gone. Not through sys.stdin, whose lock the
    # interpreter would wait for at its end.
    os.read(0, 1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
