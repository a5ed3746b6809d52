"""Rows that are no students: full marks, weights, numbers of the columns, sums at the end, signatures."""

import re
from collections.abc import Sequence

from ..scores import tidy
from .headers import plain

_FULL_MARKS = {
    *("满分", "分值", "总分值", "满分值", "pointspossible", "outof"),
    *("max", "maximum", "maxscore", "maxpoints", "maxmarks", "maxgrade", "maximumscore", "maximumpoints", "maximummarks"),
    *("max(pts)", "fullmarks", "fullmark", "fullscore", "fullpoints", "totalpoints", "totalmarks", "满分(分)"),
}
_WEIGHTS = {"权重", "比例", "占比", "权重(%)", "权重%", "weight", "weights", "weight(%)", "weight%"}
_PLATFORM = {"manualposting", "(readonly)"}  # Canvas, between its header and its full marks
_TEST_STUDENTS = {"student,test", "teststudent"}  # Canvas has one in every export
_NAMES_TOO = {"max", "min", "n", "maximum", "minimum"}  # people are called Max: alone in the name's column it says nothing
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:%|分|/[0-9]+)?")
_SUMMARY = re.compile(
    r"(?:班级|全班|总体|课程|年级|class|overall|column)?"
    r"(?:平均|均分|平均分|平均值|平均成绩|合计|总计|小计|最高|最低|最高分|最低分|中位数|标准差|方差|.{0,4}人数"
    r"|(?:及格|不及格|优秀|良好|优良|合格|通过|出勤|缺考|达标)率"
    r"|(?:average|mean|median|max|min|maximum|minimum|highest|lowest)(?:score|scores|mark|marks|grade|points)?"
    r"|averages|std|stdev|std\.?dev\.?|sd|standarddeviation|count|sum|total|totals|passrate|n)(?::.*|\(.*)?"
)
_NOTE = re.compile(
    r"(?:以下空白|第.{1,4}页.*|.{0,6}(?:签字|签名|盖章)\)?|主讲教师|任课教师|\*.*|[0-9]+[、)].*|备注|注|说明|(?:任课)?(?:教师|老师)(?:签名|签字)?|签名|签字|(?:制表|审核|打印|登记)(?:人|时间|日期)?|日期"
    r"|note|notes|remark|remarks|signature|teacher|instructor|date|printed|generated)(?:[:(*].*)?"
)


def _cell(row: Sequence[str], column: int) -> str:
    return plain(row[column]) if column < len(row) else ""


def _label(row: Sequence[str], id_column: int, words: set[str]) -> str | None:
    """The word that makes a row something else than a student: it stands in the id's cell, or that is blank."""
    label = _cell(row, id_column) or next((plain(cell) for cell in row if cell.strip()), "")
    texts = [cell for cell in row if cell.strip() and not _NUMBER.fullmatch(tidy(cell))]
    a_name = label in _NAMES_TOO and (not _cell(row, id_column) or len(texts) > 1)
    return label if label in words and not a_name else None


def is_full_marks(row: Sequence[str], id_column: int) -> bool:
    """Whether a row below the header gives full marks: "满分", "Points Possible"."""
    return _label(row, id_column, _FULL_MARKS) is not None


def is_weights(row: Sequence[str], id_column: int) -> bool:
    """Whether a row gives weights: "权重", "Weight (%)"."""
    return _label(row, id_column, _WEIGHTS) is not None


def is_platforms(row: Sequence[str]) -> bool:
    """Whether a row below the header only holds what a platform writes there."""
    filled = {plain(cell) for cell in row if cell.strip()}
    return bool(filled) and filled <= _PLATFORM


def has_numbers(row: Sequence[str]) -> bool:
    """Whether a row has a number in some cell."""
    return any(_NUMBER.fullmatch(tidy(cell)) for cell in row if cell.strip())


def is_column_numbers(row: Sequence[str]) -> bool:
    """Whether a row below the header numbers the columns: 1, 2, 3, ..."""
    filled = [plain(cell) for cell in row if cell.strip()]
    return len(filled) > 2 and filled == [str(number) for number in range(1, len(filled) + 1)]


def is_footer(row: Sequence[str], id_column: int) -> bool:
    """Whether a row sums the class up, or signs it, instead of being a student.

    Sums: all its texts are words of that kind, so that nobody with a name is one. Notes: it begins like one and holds no
    numbers.
    """
    cells = [tidy(cell) for cell in row if cell.strip()]
    texts = [plain(cell) for cell in cells if not _NUMBER.fullmatch(cell)]
    if not texts or _NUMBER.fullmatch(cells[0]):
        return False
    if texts[0] in _TEST_STUDENTS and not _cell(row, id_column):
        return True
    if _NOTE.fullmatch(texts[0]) and len(texts) == len(cells):
        return True
    ambiguous = texts[0] in _NAMES_TOO and not _cell(row, id_column)
    return not ambiguous and all(_SUMMARY.fullmatch(text) or _NOTE.fullmatch(text) for text in texts)
