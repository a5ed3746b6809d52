"""Grades as files, made when they are asked for and kept nowhere."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from shared import visitor
from shared.language import LANGUAGES
from shared.problems import Problem
from shared.visitor import Visitor

from . import workfiles
from .cohort import ClassGrades, grade_class
from .door import PATH, Door
from .exporting import csvfile, jsonfile, pdf, registry, report, table, xlsx
from .exporting.report import Cover
from .publishing import cover
from .store import courses, history, scores
from .store.access import Desk, NotAllowed
from .store.history import Deed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"


@dataclass(frozen=True)
class _Asked:
    """What somebody asks for: of which course and student, in which language."""

    desk: Desk
    course: int
    student: str
    who: Visitor

    def grades(self) -> ClassGrades:
        """The class's grades. Raises NotAllowed."""
        return grade_class(courses.policy(self.desk, self.course), scores.gradebook(self.desk, self.course))

    def at(self, grades: ClassGrades) -> int:
        """Where the student stands in the class."""
        if self.student not in grades.gradebook.ids:
            raise Problem("assessment_student_gone", id=self.student or "-")
        return grades.gradebook.ids.index(self.student)

    def cover(self) -> Cover:
        """The head of what is printed."""
        return cover(self.desk, self.course)

    def written(self, write: Callable[[Path], None]) -> bytes:
        """What `write` writes to a file."""
        path = workfiles.private_file("grades")
        try:
            write(path)
            return path.read_bytes()
        finally:
            workfiles.forget(path)


def _history(asked: _Asked) -> bytes:
    """The whole history as CSV, one line an entry."""
    deeds = history.deeds(asked.desk, asked.course)
    keys = ("change", "at", "actor", "kind", "undoes", "student", "field", "before", "after", "file", "sheet", "cell", "why")
    stream = io.StringIO(newline="")
    sheet = csv.writer(stream)
    sheet.writerow([asked.who.say(f"assessment_history_{key}") for key in keys])
    policy = courses.policy(asked.desk, asked.course)
    names = {item.key: item.name(asked.who.language) for item in policy.items}

    def cells(one: Deed) -> list[str]:
        about = names.get(one.item or "", one.item) or asked.who.say(f"assessment_field_{one.field}")
        kind = asked.who.say(f"assessment_kind_{one.kind}")
        first = (str(one.change), one.at, one.actor, kind, str(one.undoes or ""), one.student_id, about)
        rest = (one.before, one.after, one.file, one.sheet, one.cell, one.why)
        return [cell or "" for cell in (*first, *rest)]

    for one in deeds:
        sheet.writerow(map(table.safe, cells(one)))
    return ("\ufeff" + stream.getvalue()).encode()


# kind -> (ending, media type, what makes it)
_KINDS: dict[str, tuple[str, str, Callable[[_Asked], bytes]]] = {
    "xlsx": ("xlsx", XLSX, lambda one: one.written(lambda path: xlsx.write(path, one.grades(), [], one.who.language))),
    "csv": ("csv", CSV, lambda one: one.written(lambda path: csvfile.write(path, one.grades(), one.who.language))),
    "json": ("json", "application/json", lambda one: one.written(lambda path: jsonfile.write(path, one.grades(), []))),
    "list": ("pdf", PDF, lambda one: pdf.class_list(one.cover(), one.grades(), one.who.language)),
    "letters-csv": ("csv", CSV, lambda one: one.written(lambda path: registry.write_csv(path, one.grades(), one.who.language))),
    "letters-xlsx": (
        "xlsx", XLSX, lambda one: one.written(lambda path: registry.write_xlsx(path, one.grades(), one.who.language)),
    ),
    "report-pdf": ("pdf", PDF, lambda one: pdf.report(one.cover(), (all_ := one.grades()), one.at(all_), one.who.language)),
    "report-html": (
        "html", "text/html; charset=utf-8",
        lambda one: report.page(one.cover(), (all_ := one.grades()), one.at(all_), one.who.language).encode(errors="replace"),
    ),
    "history": ("csv", CSV, _history),
}  # fmt: skip
_WHOLE = ("xlsx", "csv", "json")  # named after the course alone
_NO_SCRIPTS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}


def router(door: Door) -> APIRouter:
    """`/grades/download/<course>/<kind>?lang=&student=`; the guard has let the person in, the desk checks his role."""
    routes = APIRouter()

    @routes.get(f"{PATH}/download/{{course}}/made/{{token}}", include_in_schema=False)
    def made(course: int, token: str, request: Request) -> Response:
        desk = Desk(door.database, request.scope["gallery_person"])
        path = workfiles.made(token, f"{course}.zip")
        if desk.role(course) is None or path is None:
            return JSONResponse({"detail": visitor.of(request).say("assessment_file_gone")}, status_code=404)
        return _file(path.read_bytes(), "application/zip", courses.card(desk, course).name, "reports", "zip")

    @routes.get(f"{PATH}/download/{{course}}/{{kind}}", include_in_schema=False)
    def download(course: int, kind: str, request: Request, lang: str = "", student: str = "") -> Response:
        who = visitor.of(request)
        who = Visitor(lang) if lang in LANGUAGES else who
        if kind not in _KINDS:
            return JSONResponse({"detail": ", ".join(_KINDS)}, status_code=404)
        asked = _Asked(Desk(door.database, request.scope["gallery_person"]), course, student, who)
        ending, media, make = _KINDS[kind]
        try:
            data, name = make(asked), courses.card(asked.desk, course).name
        except NotAllowed as problem:
            return JSONResponse({"detail": who.say(problem.key, **problem.values)}, status_code=403)
        except Problem as problem:
            return JSONResponse({"detail": who.say(problem.key, **problem.values)}, status_code=400)
        if kind == "report-html":
            return Response(data, media_type=media, headers=_NO_SCRIPTS)
        return _file(
            data, media, name, "_".join(filter(None, ("" if kind in _WHOLE else kind.partition("-")[0], student))), ending
        )

    return routes


def _file(data: bytes, media: str, course: str, kind: str, ending: str) -> Response:
    """A file to be kept, named after the course."""
    name = re.sub(r"[^\w.-]+", "_", "_".join(filter(None, (course, kind))))
    disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.{ending}')}"
    return Response(data, media_type=media, headers={"content-disposition": disposition})
