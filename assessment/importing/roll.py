"""An attendance roll: one column for each session, one word in each cell."""

import re
from collections.abc import Sequence
from fractions import Fraction

from ..policy import Roll
from ..scores import Mark, Score, UnreadableScore, tidy

_WORDS = {
    "present": ("到", "出勤", "已到", "出席", "已签到", "已签", "√", "✓", "✔", "1", "present", "p", "yes", "true"),
    "late": ("迟到", "早退", "late", "l", "left early"),
    "leave": ("请假", "事假", "病假", "公假", "假", "leave", "on leave"),
    "absent": ("旷课", "缺勤", "缺席", "未到", "未签到", "未签", "×", "✗", "✘", "x", "0", "absent", "a", "no", "false"),
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}
_BLANK = ("", "-", "–", "—")
_NUMBER = r"(?:[0-9]+|[一二三四五六七八九十]+)"
_SESSION = re.compile(
    rf"(?:(?:考勤|签到|出勤|点名|attendance|session|week|lecture|class)(?:第|no\.?|#|-|_)?{_NUMBER}(?:次|周)?"
    rf"|第?{_NUMBER}(?:次|周|讲|节)(?:课|考勤|签到|点名|出勤)?"
    r"|(?:考勤|签到|点名|attendance)?\(?(?:[0-9]{4}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?\)?)"
)


def is_session(header: str) -> bool:
    """Whether a column's header, without spaces and in small letters, can name one session: "第3周", "9/5", "考勤2"."""
    return bool(_SESSION.fullmatch(header))


def looks_like_roll(cells: Sequence[str]) -> bool:
    """Whether at least half of a column's filled cells are words of a roll."""
    filled = [cell for cell in cells if tidy(cell) not in _BLANK]
    return bool(filled) and 2 * sum(tidy(cell).casefold() in _KINDS for cell in filled) >= len(filled)


def read_session(text: str, roll: Roll) -> Fraction | None:
    """The credit of one session, 0 to 1; None for a blank, which says nothing. Raises UnreadableScore."""
    word = tidy(text).casefold()
    if word in _BLANK:
        return None
    if word not in _KINDS:
        raise UnreadableScore("roll_unreadable", text=text)
    credit: Fraction = getattr(roll, _KINDS[word])
    return credit


def attendance(credits: Sequence[Fraction | None]) -> Score:
    """The score of one student's sessions: the mean of those that were recorded; missing if none was."""
    there = [credit for credit in credits if credit is not None]
    if not there:
        return Score()
    total = sum(there, Fraction(0))
    return Score(total / len(there), Mark.NONE, f"{float(total):g}/{len(there)}")
