"""Import: drop files, see what was read and what would change, settle what is odd, then write all of it or nothing."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import gradio as gr

from shared import furniture, visitor
from shared.handlers import polite, tell
from shared.language import text
from shared.live import live, told
from shared.problems import Problem

from . import importing, page_import_views, settling
from .importing.headers import Vocabulary
from .importing.preview import Preview
from .page_desk import PRIVATE, QUIET, Frame, chosen, desk_of, said
from .settling import Decision
from .store import courses, imports, scores
from .workfiles import forget, private_file

_MOST_PASTED = 2_000_000  # characters


class Unsettled(Problem):
    """Something must be settled before anything is written."""


@dataclass
class Reading:
    """What a visitor has dropped and pasted so far, and what he has decided. decided: finding's id -> decision; taken:
    (student id, item) -> whether the files' value is taken; differences: where the files and the gradebook disagree.
    """

    dropped: list[Path] = field(default_factory=list)
    pasted: list[Path] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    id_width: int = 0
    decided: dict[str, Decision] = field(default_factory=dict)
    taken: dict[tuple[str, str], bool] = field(default_factory=dict)
    load: importing.Import | None = None
    differences: list[imports.Difference] = field(default_factory=list)
    new: int = 0

    @property
    def paths(self) -> list[Path]:
        """All files."""
        return [*self.dropped, *self.pasted]

    @property
    def left(self) -> int:
        """How many things are still to be settled."""
        findings = settling.still_open(self.load.findings, self.decided) if self.load else []
        return len(findings) + len(self.differences) - len(self.taken)

    def contents(self) -> dict[str, str]:
        """Each file's name and what is in it, in short."""
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in self.paths if path.is_file()}

    def drop(self, paths: list[Path]) -> None:
        """Files are dropped in place of those before. What was decided about a file that is still the same stays."""
        before, self.dropped = self.contents(), paths
        after = self.contents()
        same = {name for name, digest in before.items() if after.get(name) == digest}
        self.mapping = {key: target for key, target in self.mapping.items() if key.partition("!")[0] in same}
        self.decided = {
            key: one for key, one in self.decided.items()
            if {one.finding.file, one.finding.other.file if one.finding.other else one.finding.file} <= {*same, None}
        }  # fmt: skip
        places = {one.key: one.place.file for one in self.differences}
        self.taken = {key: side for key, side in self.taken.items() if places.get(key) in same}

    def forget(self) -> None:
        """Take the pasted files away: they hold scores."""
        for path in self.pasted:
            forget(path)
        self.pasted = []


def render(frame: Frame) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    state = gr.State(None)
    gr.Markdown(text("assessment_import_try"), elem_classes="detail")
    with gr.Row(elem_classes="import-in"):
        files = gr.File(file_count="multiple", label=text("assessment_files"), elem_id="import-files", height=160)
        with gr.Column():
            pasted = gr.Textbox(
                label=text("assessment_paste"), lines=3, max_lines=3, max_length=_MOST_PASTED, elem_id="import-pasted"
            )  # fmt: skip
            with gr.Row():
                paste = gr.Button(text("assessment_paste_read"), elem_id="import-paste")
                over = gr.Button(text("assessment_import_over"), elem_id="import-over")
    with gr.Row(elem_classes="import-end", visible=False) as end:
        counts = gr.HTML(elem_id="import-summary", js_on_load=None)
        why = gr.Textbox(label=text("assessment_why_optional"), max_lines=1, max_length=500, elem_id="import-why")
        write = gr.Button(text("assessment_write"), variant="primary", elem_id="import-write")
    settle = live("import-findings")
    what = live("import-read")
    with gr.Accordion(text("assessment_import_more"), open=False, visible=False) as more:
        width = gr.Number(0, label=text("assessment_id_width"), precision=0, minimum=0, maximum=32, elem_id="import-width")
    shown = [state, what, settle, counts, end, write, more]

    def draw(reading: Reading, course_: int, request: gr.Request) -> Any:
        """Show everything as it is."""
        who = visitor.of(request)
        if reading.load is None:
            return reading, "", "", "", gr.Row(visible=False), gr.Button(interactive=False), gr.Accordion(visible=False)
        policy = courses.policy(desk_of(door, request), course_)
        findings = reading.load.findings
        open_ = settling.still_open(findings, reading.decided)
        parts = [
            page_import_views.open_findings(open_, who),
            page_import_views.differences(reading.differences, reading.taken, policy, who),
            page_import_views.decided(list(reading.decided.values()), who),
        ]
        notes = [one for one in findings if one.severity == "info"]
        students = len(reading.load.gradebook)
        summary = who.say("assessment_import_counts", students=students, new=reading.new, differ=len(reading.differences))
        state_ = "left" if reading.left else "ready" if students else "empty"
        summary += " " + who.say(f"assessment_import_{state_}", count=reading.left)
        ready = bool(students) and not reading.left
        return (
            reading, page_import_views.what_was_read(reading.load.previews, notes, policy, who), "".join(parts),
            said(summary, good=ready), gr.Row(visible=True), gr.Button(interactive=ready), gr.Accordion(visible=True),
        )  # fmt: skip

    def look(reading: Reading, course_: int, request: gr.Request, progress: gr.Progress | None = None) -> Any:
        """Read the files anew and show everything."""
        if not reading.paths:
            reading.load = None
            return draw(reading, course_, request)
        names = Counter(path.name.casefold() for path in reading.paths)
        if names.most_common(1)[0][1] > 1:
            raise Unsettled("assessment_same_names", name=names.most_common(1)[0][0])
        desk = desk_of(door, request)
        policy = courses.policy(desk, course_)

        def follow(paths: Sequence[Path]) -> Sequence[Path]:
            return progress.tqdm(paths) if progress else paths

        load = importing.load(
            reading.paths, policy, mapping=reading.mapping, id_width=reading.id_width, progress=follow,
            without=settling.all_left_out(reading.decided.values()),
        )  # fmt: skip
        book = scores.gradebook(desk, course_)
        # One file after another is how a term goes: that the others are not there is no finding here.
        findings = tuple(
            replace(one, severity="info", code="items_to_come") if one.code == "item_without_column" else one
            for one in load.findings
        )
        load = replace(load, findings=findings)
        reading.load, reading.differences = load, imports.differences(load, book)
        reading.new = imports.new_scores(load, book)
        keys = {one.key for one in reading.differences}
        reading.taken = {key: side for key, side in reading.taken.items() if key in keys}
        return draw(reading, course_, request)

    @polite
    def read(
        files_: list[str] | None, reading: Reading | None, course_: int | None, request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (that is how Gradio gives it)
    ) -> Any:  # fmt: skip
        reading, paths = reading or Reading(), [Path(one) for one in files_ or []]
        if reading.load is not None and sorted(paths) == sorted(reading.dropped):
            return [gr.skip()] * len(shown)  # the component says so again, and nothing is new
        reading.drop(paths)
        return look(reading, chosen(course_), request, progress)

    @polite
    def take_pasted(pasted_: str | None, reading: Reading | None, course_: int | None, request: gr.Request) -> Any:
        if not (pasted_ or "").strip():
            raise Unsettled("assessment_paste_first")
        number = chosen(course_)
        reading = reading or Reading()
        file = visitor.of(request).say("assessment_pasted", number=len(reading.pasted) + 1)
        path = private_file(file)
        path.write_text(pasted_ or "", encoding="utf-8")
        reading.pasted.append(path)
        return "", *look(reading, number, request)

    @polite
    def start_over(reading: Reading | None, course_: int | None, request: gr.Request) -> Any:
        if reading:
            reading.forget()
        return None, "", *draw(Reading(), course_ or 0, request)

    @polite
    def anew(reading: Reading | None, course_: int | None, request: gr.Request) -> Any:
        """Another course is chosen: what was decided was about the one before."""
        if reading is None or not reading.paths or course_ is None:
            return draw(Reading(), course_ or 0, request)
        return look(Reading(reading.dropped, reading.pasted), course_, request)

    @polite
    def fill_up(reading: Reading | None, width_: float | None, course_: int | None, request: gr.Request) -> Any:
        reading = reading or Reading()
        reading.id_width = min(32, max(0, int(width_ or 0)))
        return look(reading, chosen(course_), request)

    @polite
    def decide(reading: Reading | None, course_: int | None, event: gr.EventData, request: gr.Request) -> Any:
        number, wish = chosen(course_), told(event)
        if reading is None or reading.load is None:
            raise Unsettled("assessment_import_first")
        deed, _, rest = wish.do.partition(":")
        if deed in ("map", "id"):
            _map(reading, deed, rest, wish.value, Vocabulary(courses.policy(desk_of(door, request), number)))
        elif deed in ("take", "every"):
            _take(reading, deed, rest)
            return draw(reading, number, request)
        elif not _settle(reading, deed, rest):
            return draw(reading, number, request)
        return look(reading, number, request)

    @polite
    def redraw(reading: Reading | None, course_: int | None, request: gr.Request) -> Any:
        return draw(reading or Reading(), course_ or 0, request)

    @polite
    def put(reading: Reading | None, why_: str | None, course_: int | None, request: gr.Request) -> Any:
        if reading is None or reading.load is None:
            raise Unsettled("assessment_import_first")
        if reading.left:
            raise Unsettled("assessment_import_unsettled", count=reading.left)
        take = {key for key, file in reading.taken.items() if file}
        desk, number = desk_of(door, request), chosen(course_)
        change = imports.write(desk, number, reading.load, reading.differences, take, (why_ or "").strip())
        who = visitor.of(request)
        tell(who, "assessment_import_done" if change else "assessment_import_nothing", number=change)
        reading.forget()
        return None, "", "", *draw(Reading(), number, request)

    files.change(read, [files, state, course], shown, show_progress_on=files, **PRIVATE)
    paste.click(take_pasted, [pasted, state, course], [pasted, *shown], show_progress_on=pasted, **PRIVATE)
    over.click(start_over, [state, course], [files, pasted, *shown], **QUIET)
    course.change(anew, [state, course], shown, **QUIET)
    width.input(fill_up, [state, width, course], shown, **QUIET)  # it also changes when the accordion is shown
    for part in (what, settle):
        part.submit(decide, [state, course], shown, **QUIET)
    frame.written(write.click(put, [state, why, course], [files, pasted, why, *shown], show_progress_on=why, **PRIVATE))
    furniture.on_view_change(redraw, [state, course], shown)


def _map(reading: Reading, deed: str, key: str, value: str, vocabulary: Vocabulary) -> None:
    """Somebody says what a column means, or which one holds the ids."""
    assert reading.load is not None
    keys = {one.mapping_key(header) for one in reading.load.previews for header in (*one.headers, *_cells(one))}
    key, target = (f"{key}{value}", "student_id") if deed == "id" else (key, value)
    if key not in keys or target not in vocabulary.targets():
        raise Unsettled("assessment_map_choose")
    reading.mapping[key] = target


def _cells(preview: Preview) -> set[str]:
    """What may be the header of the ids in a sheet in which none was found."""
    return set() if preview.header_row else {cell for _, row in preview.rows for cell in row if cell}


def _settle(reading: Reading, deed: str, rest: str) -> bool:
    """Note a decision. Returns whether the files must be read anew."""
    assert reading.load is not None
    if deed == "unsettle":
        gone = reading.decided.pop(rest, None)
        return gone is not None and gone.choice != "accept"
    what, _, choice = rest.partition(":")
    open_ = settling.still_open(reading.load.findings, reading.decided)
    if deed == "all":
        wanted, choice = [one for one in open_ if one.severity == "warning"], "accept"
    elif deed == "kind":
        wanted = [one for one in open_ if one.code == what]
    else:
        wanted = [one for one in open_ if one.id == what]
    again = False
    for one in wanted:
        if choice in settling.choices(one):
            reading.decided[one.id] = Decision(one, choice)
            again = again or choice != "accept"
    return again


def _take(reading: Reading, deed: str, rest: str) -> None:
    """Take the stored or the new value of one difference, or of all that are open."""
    side, _, key = rest.partition(":")
    if side not in ("left", "right"):
        return
    for one in reading.differences:
        if (deed == "every" and one.key not in reading.taken) or (deed == "take" and key == "\t".join(one.key)):
            reading.taken[one.key] = side == "right"
