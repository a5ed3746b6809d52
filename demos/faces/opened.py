"""Both detectors opened up on one photo, and what is left of it at another threshold without looking again.

Suppression goes from the best score down, so what a detector finds at a threshold is what it found at a lower one, less what
scored below. The photo is looked at once, at the lowest threshold on offer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.faces import detection
from shared.faces.detection import Array, Inspection

from . import engine

LEAST_SCORE = 0.05
LARGEST_SIDE = 2000  # of a photo in pixels: whoever drags a slider has it looked at again and again
_THRESHOLDED = {"mtcnn": "onet", "centerface": "centres"}  # the stage that the threshold decides


@dataclass(frozen=True)
class Opened:
    """A photo (H, W, 3) uint8 and, by detector, everything that it saw there from `LEAST_SCORE` on."""

    image: Array
    found: Mapping[str, Inspection]

    def at(self, detector: str, threshold: float) -> Inspection:
        """What a detector finds from a score on, `LEAST_SCORE` to 1."""
        whole = self.found[detector]
        stage = _THRESHOLDED[detector]
        enough = whole.scores[stage] >= threshold
        return Inspection(
            faces=whole.faces[whole.faces.scores >= threshold],
            stages={**whole.stages, stage: whole.stages[stage][enough]},
            scores={**whole.scores, stage: whole.scores[stage][enough]},
            heat=whole.heat,
            elapsed_ms=whole.elapsed_ms,
        )

    def best(self, detector: str) -> float:
        """The best score of all, 0 if nothing reached `LEAST_SCORE`."""
        return float(self.found[detector].faces.scores.max(initial=0))


def look(image: Array, min_face: float) -> Opened:
    """Let one detector look, then the other, so that neither slows the other's time down. min_face: pixels."""
    found = {name: engine.find(image, name, min_face=min_face, threshold=LEAST_SCORE) for name in detection.DETECTORS}
    return Opened(image, found)
