"""What a column means, told from its header: "实验一", "Lab 1 (20)", "第3次作业", "HW1/20分", "Quiz (Real)"."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from ..policy import Component, Policy
from .roll import is_session

Kind = Literal[
    "id",
    "maximum",
    "name",
    "first_name",
    "last_name",
    "group",
    "score",
    "days_late",
    "session",
    "ignored",
    "computed",
    "unknown",
]

_FIXED: Mapping[Kind, str] = {
    "id": "学号 学生学号 学生编号 学籍号 学工号 学号/工号 工号/学号 student_id student_number student_no student_no. "
    "studentid id id_number sid sis_user_id student_id_no. student# roll_no. roll_number registration_no registration_number "
    "matriculation_number matric_no netid uid 考号 学生号 學號",
    "name": "姓名 学生姓名 名字 学生 name student_name full_name student",
    "first_name": "名 first_name given_name",
    "last_name": "姓 last_name surname family_name",
    "group": "班级 班 班级名称 行政班 行政班级 教学班 班别 class section sections group",
    "ignored": "序号 编号 性别 专业 专业名称 学院 院系 系 系别 年级 邮箱 电子邮箱 电子邮件 电子邮件地址 手机 手机号 电话 "
    "备注 签名 说明 标记 no no. # index gender sex major department college institution email email_address phone remark "
    "remarks note notes comment comments username flags last_downloaded_from_this_course",
    "computed": "总分 总评 总评成绩 总成绩 课程总评成绩 期末总评 最终成绩 合计 总计 平均 平均分 平均成绩 等级 等第 成绩等级 "
    "绩点 排名 名次 加权总分 精确总分 综合成绩 目前成绩 调整后总评 exact_total so_far curved_total "
    "total overall final final_grade final_score course_total average mean letter letter_grade gpa grade_points "
    "points rank ranking percentile",
}
_DIGITS = {letter: number for number, letter in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_NUMERAL = "[0-9]+|[〇零一二两三四五六七八九十]+"
_SUFFIX = re.compile(r"(?:成绩|得分|分数|评分|score|grade|marks?|points?)$")
_PLATFORM = re.compile(
    r"^(?:作业|测验|assignment|quiz):(?=.)|\|[0-9]+$|\((?:必填|required|real|实数|实际分数|分数|百分制|%)\)$"
)
_LATE = re.compile(r"(?:\(?(?:迟交|晚交|逾期|延迟)(?:天数|日数)?\)?(?:\(天\))?|-?(?:dayslate|latedays|days?overdue))$")
_COLUMN_OF_MAXIMA = re.compile(r"-?(?:max(?:imum)?(?:points|score|marks)|pointspossible)$")
_MAXIMUM = re.compile(
    r"(?:\((?:满分:?|总分:?|共|每次|每个|各|totalpts:|max(?:imum)?[:.]?|outof)?([0-9]+(?:\.[0-9]+)?)(?:分|points?|pts?|marks?)?(?:满分|each|/次|score)?\)"
    r"|/([0-9]+(?:\.[0-9]+)?)分?|满分:?([0-9]+(?:\.[0-9]+)?)分?|outof([0-9]+(?:\.[0-9]+)?))$"
)
REMARKS = set(["备注", "说明", "remark", "remarks", "note", "notes", "comment", "comments"])
_BARE = set(["成绩", "得分", "分数", "分值", "评分", "score", "scores", "grade", "grades", "mark", "marks", "result"])
_WEIGHT = re.compile(r"\(?(?:占|权重|比例|weight)?:?([0-9]+(?:\.[0-9]+)?)%\)?$")
_TWO_IN_BRACKETS = re.compile(r"\(([^(),]*),([^(),]*)\)$")
_BRACKETS = str.maketrans("[]【】", "()()")
_PLAUSIBLE = 1000  # above it, a number in a header is a platform's own, "Lab 1 (48213)", not full marks


@dataclass(frozen=True)
class Meaning:
    """What a header says. item: the score's key, for "score" and "days_late". maximum: full marks that it names; weight: the
    percent that it names. candidates: what else it could mean, for "unknown"; more than one makes it ambiguous. loose: there
    is more in the header than was understood. mapped: the person said so.
    """

    kind: Kind
    item: str | None = None
    maximum: Fraction | None = None
    weight: Fraction | None = None
    candidates: tuple[str, ...] = ()
    loose: bool = False
    mapped: bool = False
    implausible: bool = False


def plain(text: str) -> str:
    """A header without what does not matter: NFKC, small letters, round brackets, no spaces, no final colon."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_BRACKETS)
    return "".join(letter for letter in folded if not letter.isspace() and unicodedata.category(letter) != "Cf").rstrip(":")


def numeral(text: str) -> int | None:
    """3 for "3", "03", "三"; 12 for "十二". None for anything else."""
    if text.isascii() and text.isdecimal():
        return int(text)
    tens, has_ten, ones = text.rpartition("十")
    if has_ten:
        if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
            return None
        return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
    return _DIGITS.get(text)


class Vocabulary:
    """All headers that a policy understands. mapping: header, as the person typed it -> item's key, "student_id", "name",
    "group", "lab1.days_late" or "ignore"; it comes before everything else.
    """

    def __init__(self, policy: Policy, mapping: Mapping[str, str] | None = None) -> None:
        self.policy = policy
        self.mapping = {plain(header): target for header, target in (mapping or {}).items()}
        self.fixed: dict[str, Kind] = {
            plain(word.replace("_", " ")): kind for kind, words in _FIXED.items() for word in words.split()
        }
        self.names: dict[str, Component] = {}
        for part in policy.components:
            for name in (part.key, part.zh, part.en, *part.aliases):
                self.names[plain(name.replace("{n}", ""))] = part
        self._longest_first = sorted(self.names, key=len, reverse=True)
        self.used: set[str] = set()  # of the mapping
        self.read = lru_cache(maxsize=10_000)(self._read)

    def hint(self, header: str, *names: str | None) -> str | None:
        """The item that a column headed "成绩" or "Score" is likely about, from its sheet's or file's name; None for others."""
        if plain(header) not in _BARE:
            return None
        return next((found for name in names if name and (found := self.read(name).item)), None)

    def targets(self) -> set[str]:
        """Everything that a mapping may point to."""
        items = {item.key for item in self.policy.items}
        return items | {f"{key}.days_late" for key in items} | {"student_id", "name", "group", "ignore"}

    def _read(self, header: str, place: str = "") -> Meaning:
        """What one header means. place: "file!sheet", for a mapping that names it."""
        text = plain(header)
        file, _, sheet = plain(place).partition("!")
        for key in (f"{file}!{sheet}!{text}", f"{file}!{text}", f"{sheet}!{text}", text):
            if key in self.mapping:
                self.used.add(key)
                return self._mapped(self.mapping[key], text)
        for form in (text, _PLATFORM.sub("", text)):
            if form in self.fixed and form not in self.names:
                return self._unlike_a_score(form)
        if not text:
            return Meaning("unknown")
        found = self._score(text)
        if found.kind != "unknown" or found.candidates:
            return found
        if self._has_roll and is_session(text):
            return Meaning("session")
        return Meaning("unknown", candidates=self._nearest(text))

    def _unlike_a_score(self, text: str) -> Meaning:
        """A word for something else; not so sure where an item is called nearly so, "Final" where there is a "Final paper"."""
        kind = self.fixed[text]
        near = [part.items[0].key for name, part in self.names.items() if name.startswith(text) or name.endswith(text)]
        if kind == "computed" and near and len(text) > 2:
            return Meaning("unknown", candidates=(near[0],))
        return Meaning(kind)

    @property
    def _has_roll(self) -> bool:
        return any(part.roll for part in self.policy.components)

    def _mapped(self, target: str, text: str) -> Meaning:
        _, maximum, _ = undress(text)
        if target == "ignore":
            return Meaning("ignored", mapped=True)
        if target in ("student_id", "name", "group"):
            return Meaning("id" if target == "student_id" else "name" if target == "name" else "group", mapped=True)
        if target.endswith(".days_late"):
            return Meaning("days_late", target.removesuffix(".days_late"), mapped=True)
        plausible = maximum is not None and maximum <= _PLAUSIBLE
        return Meaning("score", target, maximum if plausible else None, mapped=True)

    def _score(self, text: str) -> Meaning:
        full = _COLUMN_OF_MAXIMA.search(text)
        if full and full.start():
            item, _ = self._item(text[: full.start()])
            if len(item) == 1:
                return Meaning("maximum", item[0])
        late = _LATE.search(text)
        if late and late.start():
            item, _ = self._item(text[: late.start()])
            if len(item) == 1:
                return Meaning("days_late", item[0])
        bare, maximum, weight = undress(text)
        for form in dict.fromkeys((text, text.removesuffix("%"), bare, _SUFFIX.sub("", bare))):
            items, loose = self._item(form)
            if len(items) == 1 and not loose:
                if form in (text, text.removesuffix("%")):
                    maximum = weight = None  # "实验(1)": the brackets held the item's number
                implausible = maximum is not None and maximum > _PLAUSIBLE
                return Meaning("score", items[0], None if implausible else maximum, weight, implausible=implausible)
            if len(items) > 1:
                return Meaning("unknown", candidates=tuple(items))
        parts = [part for part in re.split(r"[/、,+&和]|and", text) if part]
        meanings = {one for part in parts for one in self._item(part)[0]} if len(parts) > 1 else set()
        if len(meanings) > 1:
            return Meaning("unknown", candidates=tuple(sorted(meanings)))
        items, loose = self._item(bare, allow_title=True)
        if len(items) == 1:
            return Meaning("score", items[0], maximum, weight, loose=loose)
        return Meaning("unknown")

    def _item(self, text: str, allow_title: bool = False) -> tuple[list[str], bool]:
        """(keys of the items that a bare header names, whether a title follows it)."""
        text = text.strip("-_:.")
        for name in self._longest_first:
            part = self.names[name]
            if part.count == 1:
                if text == name:
                    return [part.key], False
                if allow_title and re.match(rf"{re.escape(name)}[-_:(.]", text):
                    return [part.key], True
                continue
            if text == name:
                return [item.key for item in part.items], False
            name = re.escape(name)
            found = re.fullmatch(
                rf"(?:{name}(?:第|no\.?|#|-|_|\()?({_NUMERAL})(?:次|\))?|第?({_NUMERAL})(?:次|个)?{name})(?P<title>[-_:(.].*)?",
                text,
            )
            if found and (allow_title or not found["title"]):
                number = numeral(found[1] or found[2])
                if number is not None and 1 <= number <= part.count:
                    return [f"{part.key}{number}"], bool(found["title"])
        return [], False

    def _nearest(self, text: str) -> tuple[str, ...]:
        names = {plain(item.name(language)): item.key for item in self.policy.items for language in ("zh", "en")}
        names |= {name: part.items[0].key for name, part in self.names.items() if part.count == 1}
        bare = undress(text)[0]
        found = [] if bare in _BARE else difflib.get_close_matches(bare, names, n=1, cutoff=0.66)
        return (names[found[0]],) if found else ()


def undress(text: str) -> tuple[str, Fraction | None, Fraction | None]:
    """A header without its full marks, its weight and what platforms add; the full marks; the weight."""
    maximum = weight = None
    text = _TWO_IN_BRACKETS.sub(r"(\1)(\2)", text)
    while True:
        before = text
        text = _PLATFORM.sub("", text)
        if found := _WEIGHT.search(text):
            weight, text = Fraction(found[1]), text[: found.start()]
        elif found := _MAXIMUM.search(text):
            value = Fraction(next(group for group in found.groups() if group))
            if value > 0 and found.start():
                maximum, text = value, text[: found.start()]
        if text == before:
            return text, maximum, weight


def recognised(meanings: Iterable[Meaning]) -> int:
    """How many columns of a row are understood as headers."""
    return sum(meaning.kind != "unknown" for meaning in meanings)
