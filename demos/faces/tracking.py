"""Faces keep their identity from frame to frame, so that a name is worked out once and not thirty times a second.

Between detections the five landmarks are followed by optical flow (Lucas and Kanade 1981, pyramids by Bouguet 2001),
checked forwards and backwards (Kalal, Mikolajczyk and Matas 2010). At a detection, boxes and tracks are matched greedily by
their overlap, as in SORT (Bewley et al. 2016) without its Kalman filter, which the flow makes superfluous.
"""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from shared import images
from shared.faces.detection import Array, Faces, overlaps

_OVERLAP = 0.3  # from which a box continues a track
_LOST_AFTER = 3  # detections without it, until a track ends
_DRIFT = 2.0  # pixels that a point may miss its start by, after following it there and back
_VECTORS = 8  # of a track's newest vectors, averaged
_AGAIN_AFTER_S = 2.0  # until a face that is known is looked at again, at the latest
_CHANGED = 1.4  # times larger or smaller than when last looked at
_SOMEBODY_ELSE = 0.3  # similarity to the vectors before: below it are 99 % of different people, and 0.6 % of the same (CARD.md)
_SAME_LOOK = 0.7  # correlation of a face with itself one frame earlier; points alone may be found on another face
_SIDE_FOLLOWED = 320  # pixels of the longer side of the picture on which points are followed


@dataclass
class Track:
    """One face over time. number: never used twice; box_xyxy: (4,); landmarks_xy: (5, 2); missed: detections in a row that
    did not find it; vectors: its newest ones; looked_at: when, and side: how large it was then.
    """

    number: int
    box_xyxy: Array
    landmarks_xy: Array
    score: float
    missed: int = 0
    vectors: list[Array] = field(default_factory=list)
    looked_at: float = -np.inf
    side: float = 0.0
    name: str = ""
    similarity: float = 0.0

    def is_due(self, now: float) -> bool:
        """Whether its vector should be worked out: it is new, changed, or has not been looked at for long."""
        side = _side(self.box_xyxy)
        grown = max(side, self.side) > _CHANGED * min(side, self.side)
        unsure = len(self.vectors) < 3 and now - self.looked_at > 0.3  # a name stands on three looks
        return not self.vectors or unsure or grown or now - self.looked_at > _AGAIN_AFTER_S

    def look(self, vector: Array, now: float) -> Array:
        """Take a new vector in. Returns the mean of the newest, (D,) unit, which one bad frame cannot turn.

        A vector that is nothing like those before is somebody else's, who has taken the place: the track begins anew.
        """
        if self.vectors and float(np.mean(self.vectors, axis=0) @ vector) < _SOMEBODY_ELSE:
            self.vectors, self.name = [], ""
        self.vectors = [*self.vectors[1 - _VECTORS :], vector]
        self.looked_at, self.side = now, _side(self.box_xyxy)
        return self.mean()

    def mean(self) -> Array:
        """The mean of the newest vectors, (D,) unit."""
        mean = np.mean(self.vectors, axis=0)
        return (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)


def _side(box: Array) -> float:
    return float((box[2:] - box[:2]).max())


class Tracker:
    """All faces of one camera. Not thread-safe: a camera has one frame at a time."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._number = 0
        self._before: Array | None = None

    def follow(self, frame: Array) -> bool:
        """Move every track to where its points went since the last frame.

        frame: (H, W, 3) uint8, the size of the one before. Returns whether all could be followed; where one could not,
        a detection is due.
        """
        import cv2

        before, self._before = self._before, _small(frame)
        if not self.tracks:
            return True
        if before is None or before.shape != self._before.shape:
            for track in self.tracks:
                track.looked_at = -np.inf
            return False
        scale = before.shape[1] / frame.shape[1]
        points = np.concatenate([_points(track) for track in self.tracks]).astype(np.float32) * np.float32(scale)
        flow = partial(cv2.calcOpticalFlowPyrLK, winSize=(15, 15), maxLevel=2)
        there, fine, _ = flow(before, self._before, points, None)
        back, fine_too, _ = flow(self._before, before, there, None)
        sure = (fine[:, 0] == 1) & (fine_too[:, 0] == 1) & (np.linalg.norm(back - points, axis=1) < _DRIFT)
        each = len(points) // len(self.tracks)
        followed = True
        for index, track in enumerate(self.tracks):
            part = slice(index * each, (index + 1) * each)
            kept = sure[part]
            if kept.sum() < 3:
                followed, track.looked_at = False, -np.inf  # whoever is found in its place may be somebody else
                continue
            looked_like = _patch(before, track.box_xyxy * scale)
            _move(track, points[part][kept] / scale, there[part][kept] / scale)
            if (looked_like * _patch(self._before, track.box_xyxy * scale)).mean() < _SAME_LOOK:
                followed, track.looked_at = False, -np.inf
        return followed

    def update(self, frame: Array, found: Faces) -> None:
        """Match a detection on this frame with the tracks: continue, begin and end them."""
        self._before = _small(frame)
        overlap = overlaps(np.array([track.box_xyxy for track in self.tracks]).reshape(-1, 4), found.boxes_xyxy)
        free = set(range(len(found)))
        for _ in range(min(overlap.shape)):
            row, column = (int(index) for index in np.unravel_index(int(overlap.argmax()), overlap.shape))
            if overlap[row, column] < _OVERLAP:
                break
            track = self.tracks[row]
            track.box_xyxy, track.landmarks_xy = found.boxes_xyxy[column], found.landmarks_xy[column]
            track.score, track.missed = float(found.scores[column]), -1
            overlap[row], overlap[:, column] = -1, -1
            free.discard(column)
        for track in self.tracks:
            track.missed += 1
        self.tracks = [track for track in self.tracks if track.missed < _LOST_AFTER]
        for column in sorted(free):
            self._number += 1
            box, points = found.boxes_xyxy[column], found.landmarks_xy[column]
            self.tracks.append(Track(self._number, box, points, float(found.scores[column])))

    def due(self, now: float, most: int) -> list[Track]:
        """The tracks whose vectors should be worked out now, the longest waiting first, at most `most` in one frame."""
        waiting = [track for track in self.tracks if not track.missed and track.is_due(now)]
        return sorted(waiting, key=lambda track: track.looked_at)[:most]


def _points(track: Track) -> Array:
    """What is followed of a face: its landmarks, and points between them, where skin has texture. (9, 2)."""
    points = track.landmarks_xy
    return np.concatenate([points, (points[[0, 1, 3, 4]] + points[2]) / 2])


def _move(track: Track, before: Array, after: Array) -> None:
    """Shift and scale a face as its points did: medians, so that one stray point moves nothing."""
    centre_before, centre_after = np.median(before, axis=0), np.median(after, axis=0)
    spread = np.linalg.norm(before - centre_before, axis=1)
    far = spread > 2
    grown = np.median(np.linalg.norm(after - centre_after, axis=1)[far] / spread[far]) if far.any() else 1.0
    scale = float(np.clip(grown, 0.8, 1.25))
    track.box_xyxy = ((track.box_xyxy.reshape(2, 2) - centre_before) * scale + centre_after).reshape(4).astype(np.float32)
    track.landmarks_xy = ((track.landmarks_xy - centre_before) * scale + centre_after).astype(np.float32)


def _patch(grey: Array, box: Array) -> Array:
    """(16, 16): how a face looks, brightness and contrast taken out; zeros for one outside the picture."""
    import cv2

    left, top = np.clip(box[:2].astype(int), 0, np.array(grey.shape[::-1]) - 1)
    right, bottom = np.maximum(box[2:].astype(int), [left + 1, top + 1])
    small = cv2.resize(grey[top:bottom, left:right], (16, 16), interpolation=cv2.INTER_AREA).astype(np.float32)
    return (small - small.mean()) / max(float(small.std()), 1.0)


def _small(frame: Array) -> Array:
    import cv2

    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return images.shrunk(grey, _SIDE_FOLLOWED)
