"""Statistics: the distribution with its cut-offs, components, correlations, who is at risk; and a view without persons."""

import html
import json
import secrets
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite, tell
from shared.language import text
from shared.problems import Problem

from . import bins, charts, item_charts, policyfile, risk, sandbox, statistics
from .cohort import ClassGrades, grade_class
from .cutoffs import find_robust_cutoffs
from .grades import grade_text
from .page_desk import QUIET, Frame, chosen, desk_of, said
from .page_policy import plainly
from .page_policy_views import outcome
from .policytext import exact_number
from .rounding import exact_text
from .sandbox import Changes
from .statistics import FIGURES
from .store import courses, scores
from .store.access import Desk

_SCRIPT = Path(__file__).with_name("cuts.js").read_text(encoding="utf-8")
_PLOT = "#stats-histogram"
_SHOWN = 100
Cuts = dict[int, Fraction]


def render(frame: Frame) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    state = gr.State(None)
    with gr.Row(elem_classes="grades-actions"):
        headline = gr.HTML(elem_id="stats-headline", js_on_load=None)
        public = gr.Checkbox(label=text("assessment_public_view"), elem_id="stats-public", scale=0, min_width=360)
    with gr.Row() as top:
        with gr.Column(scale=3, min_width=420):
            histogram = gr.Plot(show_label=False, elem_id="stats-histogram")
            cuts = gr.HTML("", html_template='<div class="cuts"></div>', js_on_load=_SCRIPT, elem_id="stats-cuts")
        with gr.Column(scale=2, min_width=320, elem_id="stats-cut-column") as trial:
            result = gr.HTML(elem_id="stats-result", js_on_load=None)
            why = gr.Textbox(label=text("assessment_why_optional"), max_lines=1, max_length=500, elem_id="stats-why")
            with gr.Row():
                save = gr.Button(text("assessment_cuts_save"), variant="primary", elem_id="stats-save")
                reset = gr.Button(text("assessment_sandbox_reset"), elem_id="stats-reset")
    with gr.Column(elem_id="stats-more") as rest:
        letters = gr.Plot(show_label=False, elem_id="stats-letters")
        gr.Markdown(text("assessment_stats_boxes"), elem_classes="caption")
        boxes = gr.Plot(show_label=False, elem_id="stats-boxes")
        gr.Markdown(text("assessment_stats_heat"), elem_classes="caption")
        heat = gr.Plot(show_label=False, elem_id="stats-heat")
        figures = gr.HTML(elem_id="stats-figures", js_on_load=None)
        at_risk = gr.HTML(elem_id="stats-risk", js_on_load=None)

    def draw(desk: Desk, course_: int, moved: Cuts, public_: bool, who: visitor.Visitor) -> Any:
        """Everything, as it would be with these cut-offs."""
        stored = grade_class(courses.policy(desk, course_), scores.gradebook(desk, course_))
        if not len(stored):
            return blank(who.say("assessment_no_scores"))
        found, trial_text, ready = stored, "", False
        try:
            wanted = sandbox.amend(courses.policy_text(desk, course_), Changes(cutoffs=moved))
            found = grade_class(policyfile.parse(wanted, "policy.toml"), stored.gradebook)
            compared = sandbox.compare(stored, found)
            ready = wanted != courses.policy_text(desk, course_)
            trial_text = outcome(compared, stored, found, who) if ready else _suggestions(stored, who)
        except Problem as problem:
            trial_text = said(plainly(problem, courses.policy_text(desk, course_), who), good=False)
        look: dict[str, Any] = {"projector": who.projector, "public": public_}
        mean = None if public_ and found.graded < statistics.FEWEST else found.exact.mean
        head = who.say("assessment_stats_headline", students=len(found), graded=found.graded,
                       mean="-" if mean is None else f"{float(mean):.1f}")  # fmt: skip
        return (
            {"course": course_, "cuts": moved}, said(head), gr.Row(visible=True), gr.Column(visible=True),
            charts.histogram(found, who.language, **look),
            "" if public_ else _cuts(found, who), gr.Column(visible=not public_), trial_text, gr.Button(interactive=ready),
            charts.letters_bar(found, who.language, **look), item_charts.boxes(found, who.language, **look),
            item_charts.heat_map(found, who.language, projector=who.projector), _figures(found, who),
            "" if public_ else _risks(found, who),
        )  # fmt: skip

    def blank(sentence: str) -> Any:
        return (
            None, f"<p class='empty'>{html.escape(sentence)}</p>", gr.Row(visible=False),
            gr.Column(visible=False), None, "", gr.Column(visible=False), "",
            gr.Button(interactive=False), None, None, None, "", "",
        )  # fmt: skip

    @polite
    def anew(course_: int | None, public_: bool, request: gr.Request) -> Any:
        return show(course_, None, public_, request)

    @polite
    def show(course_: int | None, state_: dict[str, Any] | None, public_: bool, request: gr.Request) -> Any:
        who = visitor.of(request)
        moved = state_["cuts"] if state_ and state_["course"] == course_ else {}
        return (
            blank(who.say("assessment_no_course"))
            if course_ is None
            else draw(desk_of(door, request), course_, moved, public_, who)
        )

    @polite
    def move(
        course_: int | None, state_: dict[str, Any] | None, public_: bool, event: gr.EventData, request: gr.Request
    ) -> Any:  # fmt: skip
        moved = state_["cuts"] if state_ and state_["course"] == course_ else {}
        try:
            moved = moved | _told(event)
        except Problem as problem:
            who = visitor.of(request)
            kept: list[Any] = [gr.skip()] * len(outputs)
            kept[outputs.index(result)] = said(who.say(problem.key, **problem.values), good=False)
            kept[outputs.index(save)] = gr.Button(interactive=False)
            return kept
        return draw(desk_of(door, request), chosen(course_), moved, public_, visitor.of(request))

    @polite
    def keep(course_: int | None, state_: dict[str, Any] | None, public_: bool, why_: str | None, request: gr.Request) -> Any:
        desk, who, number = desk_of(door, request), visitor.of(request), chosen(course_)
        if state_ is None or state_["course"] != number or not state_["cuts"]:
            raise Problem("assessment_sandbox_same")
        wanted = sandbox.amend(courses.policy_text(desk, number), Changes(cutoffs=state_["cuts"]))
        version = courses.save_policy(desk, number, wanted, (why_ or "").strip())
        tell(who, "assessment_sandbox_saved", number=version)
        return "", *draw(desk, number, {}, public_, who)

    outputs = [state, headline, top, rest, histogram, cuts, trial, result, save, letters, boxes, heat, figures, at_risk]
    frame.keep_fresh(show, [course, state, public], outputs)
    public.input(show, [course, state, public], outputs, **QUIET)
    reset.click(anew, [course, public], outputs, **QUIET)
    cuts.input(move, [course, state, public], outputs, trigger_mode="always_last", **QUIET)
    frame.written(save.click(keep, [course, state, public, why], [why, *outputs], **QUIET))


def _told(event: gr.EventData) -> Cuts:
    """The cut-offs that the page says: position of the letter -> grade. Raises Problem for what is no number."""
    said_ = event._data if isinstance(event._data, dict) else {}
    pairs = said_.get("cuts", [])
    pairs = [one for one in pairs if isinstance(one, list) and len(one) == 2] if isinstance(pairs, list) else []
    return {int(at): exact_number(str(value)[:40].strip()) for at, value in pairs if str(at) in _POSITIONS}


def _cuts(found: ClassGrades, who: visitor.Visitor) -> str:
    """The lines over the histogram."""
    policy, hues = found.policy, charts.letter_hues(found.policy)
    digits = policy.rounding.digits if policy.rounding.mode != "none" else 1
    letters = [
        {"title": getattr(letter, who.language), "at_least": exact_text(letter.at_least), "hue": hue}
        for letter, hue in zip(policy.letters[:-1], hues, strict=False)
    ]
    whole = {
        "drawn": secrets.token_hex(4),
        "plot": _PLOT,
        "top": float(bins.top(found)),
        "step": 10.0 ** -min(digits, 1),
        "letters": letters,
    }
    return json.dumps(whole, ensure_ascii=False)


def _suggestions(found: ClassGrades, who: visitor.Visitor) -> str:
    """What to do here first, and cut-offs that would leave nobody just below one."""
    lines = [
        who.say("assessment_cutoff", letter=getattr(one.letter, who.language), declared=exact_text(one.declared),
                suggested=exact_text(one.suggested), moved=one.moved)
        for one in find_robust_cutoffs(found.finals(), found.policy.letters) if one.moved
    ]  # fmt: skip
    lines = lines or [who.say("assessment_cutoffs_fine")]
    inner = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f"<p class='empty'>{html.escape(who.say('assessment_cuts_try'))}</p><ul class='steps'>{inner}</ul>"


def _figures(found: ClassGrades, who: visitor.Visitor) -> str:
    """Every item's figures as a table."""
    rows = statistics.describe(found)
    heads = "".join(f"<th>{html.escape(who.say(f'assessment_statistic_{name}'))}</th>" for name in FIGURES)

    def cells(one: statistics.Statistics) -> Sequence[str]:
        values = [getattr(one, name) for name in FIGURES[1:]]
        return [str(one.n), *("-" if value is None else f"{value:.2f}" if name in _SMALL else f"{value:.1f}"
                              for name, value in zip(FIGURES[1:], values, strict=True))]  # fmt: skip

    def row(one: statistics.Statistics) -> str:
        numbers = "".join(f"<td>{cell}</td>" for cell in cells(one))
        return f"<tr><td>{html.escape(one.name(found.policy, who.language))}</td>{numbers}</tr>"

    body = "".join(map(row, rows))
    head = html.escape(who.say("assessment_stats_figures"))
    return (
        f"<details><summary>{head}</summary><div class='scroll'><table class='figures numbers'><thead><tr><th></th>{heads}</tr>"
        f"</thead><tbody>{body}</tbody></table></div></details>"
    )


_POSITIONS = tuple(map(str, range(50)))
_SMALL = ("discrimination", "correlation")


def _risks(found: ClassGrades, who: visitor.Visitor) -> str:
    """Who may not pass, and why."""
    risks = risk.at_risk(found)
    head = f"<h3>{html.escape(who.say('assessment_stats_risk', count=len(risks)))}</h3>"
    if not risks:
        return f"{head}<p class='empty'>{html.escape(who.say('assessment_stats_no_risk'))}</p>"
    rows = "".join(
        f"<tr><td>{html.escape(one.student_id)}</td><td>{html.escape(one.name)}</td>"
        f"<td>{html.escape(grade_text(found.policy, one.so_far) or '-')}</td>"
        f"<td>{html.escape('; '.join(reason.text(who.language) for reason in one.reasons))}</td></tr>"
        for one in risks[:_SHOWN]
    )
    keys = ("exporting_student_id", "exporting_name", "exporting_so_far", "assessment_stats_why")
    heads = "".join(f"<th>{html.escape(who.say(key))}</th>" for key in keys)
    more = f"<p>{html.escape(who.say('assessment_sandbox_more', count=len(risks) - _SHOWN))}</p>" if len(risks) > _SHOWN else ""
    table = f"<table class='figures'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f"{head}<div class='scroll'>{table}</div>{more}"
