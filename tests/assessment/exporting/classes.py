"""Classes to print: who is in them, and what they got."""

import io
from dataclasses import replace
from fractions import Fraction

import pypdf
from pypdf.generic import NameObject

from assessment import policyfile
from assessment.cohort import ClassGrades, grade_class
from assessment.exporting.report import Cover
from assessment.gradebook import Column, Gradebook
from assessment.policy import Policy
from assessment.scores import read_score

POLICY = policyfile.read()
SIXTY = (57, 62, 70, 69, 50, 64, 70, 50, 66, 78, 48)
COVER = Cover("深度学习方法与应用", "2025 年秋", True, "2026-01-15", 3)
RARE = "\U0002a6d6"  # 𪛖, which no common font has


def graded(
    *students: tuple[object, ...], policy: Policy = POLICY, names: tuple[str, ...] = (), ids: tuple[str, ...] = ()
) -> ClassGrades:  # fmt: skip
    """The grades of these students, scores as they are typed; ids 0001, 0002, ... and "张三" unless told."""
    count = len(students)
    columns = {
        item.key: Column.of([read_score(str(one[at]), item.component.maximum) for one in students])
        for at, item in enumerate(policy.items)
    }
    ids = ids or tuple(f"{number:04d}" for number in range(1, count + 1))
    return grade_class(policy, Gradebook(ids, names or ("张三",) * count, ("计科一班",) * count, columns))


def different(count: int) -> ClassGrades:
    """A class in which everybody got something else."""
    return graded(*[tuple(min(100, 40 + (7 * at + 3 * item) % 61) for item in range(11)) for at in range(count)])


def long_policy() -> Policy:
    """Twenty-six items with long names, of which the lowest are dropped."""
    names = {"zh": "每周课堂讨论与口头报告{n}", "en": "Weekly discussion and talk {n}"}
    talks = replace(POLICY.components[0], count=16, drop_lowest=3, **names)
    return replace(POLICY, components=(talks, *POLICY.components[1:]), missing="excluded")


def opened(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def pages(data: bytes) -> list[pypdf.PageObject]:
    """The pages, ready to be read.

    pypdf knows no encoding that a font brings along, and with it no code of two bytes; the text is in /ToUnicode anyway.
    """
    found = list(opened(data).pages)
    for page in found:
        for font in page["/Resources"]["/Font"].values():
            font.get_object()[NameObject("/Encoding")] = NameObject("/Identity-H")
    return found


def texts(data: bytes) -> list[str]:
    """What can be read on each page."""
    return [page.extract_text() for page in pages(data)]


def embedded(reader: pypdf.PdfReader) -> list[bool]:
    """For each font of the first page, whether it travels in the file."""
    fonts = [one.get_object()["/DescendantFonts"][0].get_object() for one in reader.pages[0]["/Resources"]["/Font"].values()]
    return [any(f"/FontFile{kind}" in font["/FontDescriptor"] for kind in ("2", "3")) for font in fonts]


def tenths(value: Fraction) -> str:
    """With one decimal."""
    return f"{float(value):.1f}"
