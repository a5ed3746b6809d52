"""Our cascade beside facenet-pytorch's own, with the same networks and thresholds: the same faces, in the same places."""

from pathlib import Path

import numpy as np
import pytest

from shared import images
from shared.faces import detection
from tests.clip import EXAMPLES


@pytest.mark.parametrize("longest_side", [150, 500])
def test_the_cascade_finds_what_the_packages_own_finds(longest_side: int) -> None:
    from facenet_pytorch import MTCNN

    theirs = MTCNN(keep_all=True, min_face_size=20, thresholds=[0.6, 0.7, 0.8], post_process=False)
    ours = detection.detector("mtcnn")
    overlaps, offsets = [], []
    photos: list[Path] = sorted(EXAMPLES.glob("*.jpg"))
    for photo in photos:
        picture = images.read(photo, longest_side=longest_side)
        found = ours.detect(picture, min_face=20)
        boxes, _, points = theirs.detect(picture, landmarks=True)
        overlap = detection.overlaps(found.boxes_xyxy, np.asarray(boxes, np.float32))
        face, other = (int(index) for index in np.unravel_index(int(overlap.argmax()), overlap.shape))
        overlaps.append(overlap[face, other])
        offsets.append((found.landmarks_xy[face] - np.asarray(points[other], float)).mean(0))
    assert min(overlaps) > 0.8 and np.mean(overlaps) > 0.88
    # The candidates are shrunk by another library, so single points differ; together they must not lean to one side.
    assert np.abs(np.mean(offsets, axis=0)).max() < 0.35, np.mean(offsets, axis=0)
