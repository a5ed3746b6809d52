"""Grades as files, made when they are asked for and kept nowhere."""

import re
import tempfile
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from shared import visitor
from shared.problems import Problem

from . import workfiles
from .cohort import grade_class
from .door import PATH, Door
from .exporting import csvfile, jsonfile, xlsx
from .store import courses, scores
from .store.access import Desk, NotAllowed

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def router(door: Door) -> APIRouter:
    """`/grades/download/<course>/<kind>`; the guard has let the person in, the desk checks his role."""
    routes = APIRouter()

    @routes.get(f"{PATH}/download/{{course}}/{{kind}}", include_in_schema=False)
    def download(course: int, kind: str, request: Request) -> Response:
        who = visitor.of(request)
        if kind not in _TYPES:
            return JSONResponse({"detail": "xlsx, csv or json"}, status_code=404)
        desk = Desk(door.database, request.scope["gallery_person"])
        try:
            grades = grade_class(courses.policy(desk, course), scores.gradebook(desk, course))
            name = next(card.name for card in [*courses.listed(desk), *courses.listed(desk, True)] if card.id == course)
        except NotAllowed as problem:
            return JSONResponse({"detail": who.say(problem.key, **problem.values)}, status_code=403)
        except Problem as problem:
            return JSONResponse({"detail": who.say(problem.key, **problem.values)}, status_code=400)
        with tempfile.TemporaryDirectory(dir=workfiles.private_folder()) as folder:
            path = Path(folder) / f"grades.{kind}"
            if kind == "xlsx":
                xlsx.write(path, grades, [], who.language)
            elif kind == "csv":
                csvfile.write(path, grades, who.language)
            else:
                jsonfile.write(path, grades, [])
            data = path.read_bytes()
        file = quote(re.sub(r"[^\w.-]+", "_", name) + f".{kind}")
        return Response(data, media_type=_TYPES[kind], headers={"content-disposition": f"attachment; filename*=UTF-8''{file}"})

    return routes
