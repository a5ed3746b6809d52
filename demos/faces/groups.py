"""Differences between groups of people as others have published them: nothing here was measured by us, all of it is quoted.

InsightFace: test set of 242,143 people in 1,624,305 photos, no celebrities; share of pairs of one person accepted where at most
one of a million pairs of different people is, all photos compared with all, in percent.
"""

from dataclasses import dataclass

GROUPS = ("african", "caucasian", "south_asian", "east_asian")  # in InsightFace's order and words
INSIGHTFACE = "https://github.com/deepinsight/insightface"
NIST = "https://doi.org/10.6028/NIST.IR.8280"
GENDER_SHADES = "https://proceedings.mlr.press/v81/buolamwini18a.html"


@dataclass(frozen=True)
class Published:
    """A network and what it was trained on. accepted_percent: of each of `GROUPS`; file: in InsightFace's repository."""

    network: str
    trained_on: str
    accepted_percent: tuple[float, float, float, float]
    file: str


_MFR, _ZOO = "challenges/mfr/README.md", "model_zoo/README.md"
PUBLISHED = (
    Published("R100", "Casia", (39.666, 53.933, 47.807, 21.572), _MFR),
    Published("R100", "MS1MV2", (79.117, 87.176, 85.501, 55.807), _MFR),
    Published("R100", "MS1MV3", (81.083, 89.040, 88.082, 62.193), _MFR),
    Published("R100", "Glint360K", (89.488, 94.285, 93.434, 72.528), _MFR),
    Published("R50", "VGG2", (35.259, 54.304, 44.081, 24.095), _ZOO),
    Published("R50", "GlintAsia", (49.531, 64.829, 57.984, 61.743), _ZOO),
)
TAUGHT = ("VGG2", "GlintAsia")  # one network on two data sets: what more East Asian faces in training do
