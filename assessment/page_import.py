"""Import: drop files, see what was read and what would change, settle what is odd, then write all of it or nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem

from . import importing
from .door import Door
from .findings import Finding, unsettled
from .importing.headers import Vocabulary
from .page_desk import chosen, desk_of, findings_table
from .policy import Policy
from .store import courses, imports, scores


class Unsettled(Problem):
    """Something must be settled before anything is written."""


@dataclass
class Reading:
    """What a visitor has dropped so far. differences: where the files and the gradebook disagree."""

    paths: list[Path] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    load: importing.Import | None = None
    differences: list[imports.Difference] = field(default_factory=list)


def render(door: Door, course: gr.Dropdown, refresh: gr.Button) -> None:
    """The tab's contents."""
    state = gr.State(None)
    gr.Markdown(text("assessment_import_try"), elem_classes="detail")
    with gr.Row():
        with gr.Column():
            files = gr.File(file_count="multiple", label=text("assessment_files"), elem_id="import-files")
        with gr.Column():
            header = gr.Dropdown(label=text("assessment_map_header"), choices=[], elem_id="import-header")
            meaning = gr.Dropdown(label=text("assessment_map_meaning"), choices=[], elem_id="import-meaning")
            remap = gr.Button(text("assessment_map_apply"), elem_id="import-map")
    said = gr.HTML(elem_id="import-findings", js_on_load=None)
    warnings = gr.CheckboxGroup(label=text("assessment_accept"), choices=[], visible=False, elem_id="import-warnings")
    accept_all = gr.Button(text("assessment_accept_all"), visible=False, elem_id="import-accept-all")
    differing = gr.CheckboxGroup(label=text("assessment_take_file"), choices=[], visible=False, elem_id="import-differences")
    summary = gr.Markdown(elem_id="import-summary")
    write = gr.Button(text("assessment_write"), variant="primary", visible=False, elem_id="import-write")
    shown = [state, said, warnings, accept_all, differing, summary, write, header, meaning]

    def look(reading: Reading, course_: int, request: gr.Request) -> Any:
        """Read the files anew and show everything."""
        who, desk = visitor.of(request), desk_of(door, request)
        policy = courses.policy(desk, course_)
        reading.load = importing.load(reading.paths, policy, mapping=reading.mapping)
        book = scores.gradebook(desk, course_)
        reading.differences = imports.differences(reading.load, book)
        found = reading.load.findings
        open_ = [one for one in found if one.severity == "warning"]
        errors = any(one.severity == "error" for one in found)
        new = imports.new_scores(reading.load, book)
        choices = [(f"{one.where}: {one.message(who.language)}", one.id) for one in open_]
        conflicts = [(_difference(one, policy, who.language), f"{one.student_id}\t{one.item}") for one in reading.differences]
        counts = who.say("assessment_import_counts", students=len(reading.load.gradebook), new=new, differ=len(conflicts))
        return (
            reading, findings_table(found, who),
            gr.CheckboxGroup(choices=choices, value=[], visible=bool(choices)), gr.Button(visible=bool(choices)),
            gr.CheckboxGroup(choices=conflicts, value=[], visible=bool(conflicts)), counts,
            gr.Button(visible=not errors and bool(len(reading.load.gradebook))),
            gr.Dropdown(choices=_headers(found), value=None), gr.Dropdown(choices=_targets(policy, who), value=None),
        )  # fmt: skip

    @polite
    def read(files_: list[str] | None, course_: int | None, request: gr.Request) -> Any:
        reading = Reading([Path(one) for one in files_ or []])
        if not reading.paths:
            return (reading, "", *[gr.skip()] * 7)
        return look(reading, chosen(course_), request)

    @polite
    def correct(
        reading: Reading | None, header_: str | None, meaning_: str | None, course_: int | None, request: gr.Request
    ) -> Any:
        if not header_ or not meaning_ or reading is None or not reading.paths:
            raise Unsettled("assessment_map_choose")
        reading.mapping[header_] = meaning_
        return look(reading, chosen(course_), request)

    @polite
    def everything(reading: Reading | None) -> Any:
        found = reading.load.findings if reading and reading.load else ()
        return [one.id for one in found if one.severity == "warning"]

    @polite
    def put(reading: Reading | None, accepted: list[str], taken: list[str], course_: int | None, request: gr.Request) -> Any:
        if reading is None or reading.load is None:
            raise Unsettled("assessment_import_first")
        left = unsettled(reading.load.findings, accepted)
        if left:
            raise Unsettled("assessment_import_unsettled", count=len(left))
        take = {tuple(one.split("\t")) for one in taken}
        change = imports.write(desk_of(door, request), chosen(course_), reading.load, reading.differences, take)
        who = visitor.of(request)
        gr.Info(who.say("assessment_import_done" if change else "assessment_import_nothing"), title="")
        hidden = gr.CheckboxGroup(choices=[], value=[], visible=False)
        return (
            Reading(), "", hidden, gr.Button(visible=False), hidden, "", gr.Button(visible=False), gr.skip(), gr.skip(), None,
        )  # fmt: skip

    private: dict[str, Any] = {"api_visibility": "private"}
    files.change(read, [files, course], shown, **private)
    remap.click(correct, [state, header, meaning, course], shown, **private)
    accept_all.click(everything, state, warnings, show_progress="hidden", **private)
    write.click(put, [state, warnings, differing, course], [*shown, files], **private)


def _difference(one: imports.Difference, policy: Policy, language: str) -> str:
    item = policy.named([one.item])[language]
    return f"{one.student_id} {one.name} · {item}: {one.stored_text} → {one.incoming_text} ({one.where})"


def _headers(found: tuple[Finding, ...]) -> list[str]:
    """The headers that something was said about, and those alone: the others were understood."""
    about_columns = ("column", "session", "maximum")
    return list(dict.fromkeys(one.column for one in found if one.column and one.code.startswith(about_columns)))


def _targets(policy: Policy, who: visitor.Visitor) -> list[tuple[str, str]]:
    words = {target: f"exporting_{target}" for target in ("student_id", "name", "group")} | {"ignore": "assessment_ignore"}
    items = [(item.name(who.language), item.key) for item in policy.items]
    known = {key for _, key in items}
    rest = sorted(Vocabulary(policy).targets() - known - set(words))
    return [*items, *((who.say(key), target) for target, key in words.items()), *((one, one) for one in rest)]
