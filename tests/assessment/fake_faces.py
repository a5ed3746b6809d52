"""A face ID that knows people by the colour of their picture, and `python -m tests.assessment.fake_faces`: the program with it.

Each quarter of a picture's width is one face, unless it is black.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from assessment.recognising import Picture, Seen, Vector
from shared.problems import Problem


class FakeFaces:
    """Colours are people; a black picture shows nobody."""

    engine = "colours"

    def embed(self, picture: Picture) -> Vector:
        colour = picture.reshape(-1, 3).mean(axis=0)
        if colour.max() < 10:
            raise Problem("assessment_roll_no_face")
        return (colour / np.linalg.norm(colour)).astype(np.float32)

    def who(self, picture: Picture, known: Mapping[str, np.ndarray]) -> Sequence[Seen]:
        height, width = picture.shape[:2]
        found = []
        for left in range(0, width, max(width // 4, 1)):
            part = picture[:, left : left + max(width // 4, 1)]
            if part.mean(axis=(0, 1)).max() < 10:
                continue
            vector = self.embed(part)
            best, student = max((float((vectors @ vector).max()), one) for one, vectors in known.items())
            box = (float(left), 0.0, float(left + part.shape[1]), float(height))
            found.append(Seen(student if best > 0.95 else "", best, box))
        return found


if __name__ == "__main__":
    import app
    from assessment import page

    build = page.build
    page.build = lambda door, *_: build(door, FakeFaces())  # type: ignore[assignment,misc]
    app.main()
