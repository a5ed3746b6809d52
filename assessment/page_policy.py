"""What if the policy were another: weights, drops, curve and cut-offs in a sandbox; who would move; a new version if wanted."""

import html
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite, tell
from shared.language import text
from shared.live import live, told
from shared.problems import Problem

from . import page_policy_views, policyfile, sandbox
from .cohort import grade_class
from .page_desk import QUIET, Frame, chosen, desk_of, said
from .policy import CURVES, TREATMENTS, Component, Curve, Policy
from .policytext import exact_number
from .rounding import MODES
from .sandbox import Changes
from .store import courses, scores
from .store.access import Desk

_FIELD = re.compile(
    r"(weight|drop):[a-z_]+|cut:[0-9]{1,2}|missing|pending|rounding_(mode|digits)|curve(_(factor|offset|target))?"
)
_MOST_FIELDS = 300


@dataclass
class Trial:
    """What somebody tries. stored: the text of the policy that counted when he began; base: the one that the changes are made
    to; wishes: field's name -> what was typed."""

    course: int
    stored: str
    base: str
    wishes: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The policy as it would be. Raises BadPolicy, Problem."""
        return sandbox.amend(self.base, changes(self.wishes, policyfile.parse(self.base, "policy.toml")))


def changes(wishes: dict[str, str], policy: Policy) -> Changes:
    """What the fields of the form say. Raises Problem for what is no number."""
    names = [name.partition(":") for name in wishes]
    weights = {key: wishes[f"weight:{key}"].strip() for kind, _, key in names if kind == "weight"}
    drops = {key: _whole(wishes[f"drop:{key}"]) for kind, _, key in names if kind == "drop"}
    cuts = {_whole(key): exact_number(wishes[f"cut:{key}"].strip()) for kind, _, key in names if kind == "cut"}
    return Changes(
        weights=weights,
        drops=drops,
        cutoffs=cuts,
        missing=next((one for one in TREATMENTS if one == wishes.get("missing")), None),
        pending=next((one for one in TREATMENTS if one == wishes.get("pending")), None),
        rounding_mode=next((one for one in MODES if one == wishes.get("rounding_mode")), None),
        rounding_digits=_whole(wishes["rounding_digits"]) if "rounding_digits" in wishes else None,
        curve=_curve(wishes, policy) if any(name.startswith("curve") for name in wishes) else None,
    )


def _curve(wishes: dict[str, str], policy: Policy) -> Any:
    held = policy.curve or Curve("linear")
    kind = wishes.get("curve", policy.curve.kind if policy.curve else "none")
    if kind not in CURVES or kind == "none":
        return "none"

    def number(name: str, default: Fraction) -> Fraction:
        return exact_number(wishes[f"curve_{name}"].strip()) if f"curve_{name}" in wishes else default

    if kind == "linear":
        return Curve("linear", factor=number("factor", held.factor), offset=number("offset", held.offset))
    return Curve("mean", target=number("target", held.target or Fraction(75))) if kind == "mean" else Curve("sqrt")


def plainly(problem: Problem, text: str, who: visitor.Visitor) -> str:
    """What is wrong, for somebody who typed a number and never saw the file: components and letters by their names."""
    sentence = who.say(problem.key, **problem.values)
    if not isinstance(problem, policyfile.BadPolicy) or "line" not in problem.values:
        return sentence
    try:
        policy = policyfile.parse(text, "")
    except Problem:
        return sentence
    place = re.fullmatch(r"(component|letter)\[([0-9]+)\]\.?(.*)", str(problem.values.get("key", "")))
    if not place:
        return sentence
    owners = policy.components if place[1] == "component" else policy.letters
    at = int(place[2]) - 1
    if at >= len(owners):
        return sentence
    owner = owners[at]
    name = owner.name(who.language) if isinstance(owner, Component) else getattr(owner, who.language)
    what = {"at_least": "≥", "weight": ""}.get(place[3], place[3])
    named = who.say(problem.key, **{**problem.values, "key": f"{name} {what}".strip()})
    return named.partition("：" if who.language == "zh" else ": ")[2] or named


def _whole(value: str) -> int:
    if not re.fullmatch("[0-9]{1,3}", value.strip()):
        raise Problem("assessment_sandbox_not_whole", text=value[:40])
    return int(value)


def render(frame: Frame) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    state = gr.State(None)
    gr.Markdown(text("assessment_sandbox_try"), elem_classes="detail")
    with gr.Row():
        with gr.Column(scale=2, min_width=380):
            form = live("sandbox-form")
            with gr.Accordion(text("assessment_policy"), open=False):
                code = gr.Code(
                    "", language=None, label=text("assessment_policy"), lines=16, interactive=True, elem_id="sandbox-code"
                )
                use = gr.Button(text("assessment_sandbox_use"), elem_id="sandbox-use")
        with gr.Column(scale=3, min_width=380):
            result = gr.HTML(elem_id="sandbox-result", js_on_load=None)
            why = gr.Textbox(label=text("assessment_why_optional"), max_lines=1, max_length=500, elem_id="sandbox-why")
            with gr.Row():
                save = gr.Button(text("assessment_sandbox_save"), variant="primary", elem_id="sandbox-save")
                reset = gr.Button(text("assessment_sandbox_reset"), elem_id="sandbox-reset")
            versions = live("sandbox-versions")

    def compared(desk: Desk, trial: Trial, who: visitor.Visitor) -> tuple[str, Any]:
        """What would happen, and whether it can be saved."""
        stored = courses.policy_text(desk, trial.course)
        try:
            wanted = trial.text
            after_policy = policyfile.parse(wanted, "policy.toml")
        except Problem as problem:
            return said(plainly(problem, trial.base, who), good=False), gr.Button(interactive=False)
        if wanted == stored:
            return f"<p class='empty'>{html.escape(who.say('assessment_sandbox_same'))}</p>", gr.Button(interactive=False)
        book = scores.gradebook(desk, trial.course)
        before = grade_class(courses.policy(desk, trial.course), book)
        after = grade_class(after_policy, book)
        return page_policy_views.outcome(sandbox.compare(before, after), before, after, who), gr.Button(interactive=True)

    def draw(desk: Desk, trial: Trial, who: visitor.Visitor) -> Any:
        shown, button = compared(desk, trial, who)
        policy = policyfile.parse(trial.base, "policy.toml")
        return (
            trial,
            page_policy_views.form(policy, trial.wishes, who),
            trial.base,
            shown,
            button,
            page_policy_views.versions(courses.versions(desk, trial.course), who),
        )

    @polite
    def anew(course_: int | None, request: gr.Request) -> Any:
        return show(None, course_, request)

    @polite
    def show(trial: Trial | None, course_: int | None, request: gr.Request) -> Any:
        who = visitor.of(request)
        if course_ is None:
            empty = f"<p class='empty'>{html.escape(who.say('assessment_no_course'))}</p>"
            return None, empty, "", "", gr.Button(interactive=False), ""
        desk = desk_of(door, request)
        stored = courses.policy_text(desk, course_)
        if trial is None or (trial.course, trial.stored) != (course_, stored):
            trial = Trial(course_, stored, stored)
        return draw(desk, trial, who)

    @polite
    def change(trial: Trial | None, course_: int | None, event: gr.EventData, request: gr.Request) -> Any:
        desk, who, wish = desk_of(door, request), visitor.of(request), told(event)
        if trial is None or trial.course != chosen(course_):
            stored = courses.policy_text(desk, chosen(course_))
            trial = Trial(chosen(course_), stored, stored)
        if _FIELD.fullmatch(wish.do) and len(trial.wishes) < _MOST_FIELDS:
            trial.wishes[wish.do] = wish.value[:200]
        shown, button = compared(desk, trial, who)
        return trial, shown, button

    @polite
    def take(trial: Trial | None, code_: str | None, course_: int | None, request: gr.Request) -> Any:
        policyfile.parse(code_ or "", "policy.toml")
        desk = desk_of(door, request)
        stored = courses.policy_text(desk, chosen(course_))
        return draw(desk, Trial(chosen(course_), stored, code_ or ""), visitor.of(request))

    @polite
    def keep(trial: Trial | None, why_: str | None, request: gr.Request) -> Any:
        if trial is None:
            raise Problem("assessment_no_course")
        desk, who = desk_of(door, request), visitor.of(request)
        stored = trial.text
        number = courses.save_policy(desk, trial.course, stored, (why_ or "").strip())
        tell(who, "assessment_sandbox_saved", number=number)
        return "", *draw(desk, Trial(trial.course, stored, stored), who)

    @polite
    def load(course_: int | None, event: gr.EventData, request: gr.Request) -> Any:
        """Try an older version."""
        desk = desk_of(door, request)
        _, _, number = told(event).do.partition(":")
        base = courses.policy_text(desk, chosen(course_), int(number) if number.isdigit() else None)
        stored = courses.policy_text(desk, chosen(course_))
        return draw(desk, Trial(chosen(course_), stored, base), visitor.of(request))

    outputs = [state, form, code, result, save, versions]
    frame.keep_fresh(show, [state, course], outputs)
    reset.click(anew, course, outputs, **QUIET)
    form.submit(change, [state, course], [state, result, save], trigger_mode="multiple", **QUIET)
    use.click(take, [state, code, course], outputs, **QUIET)
    versions.submit(load, course, outputs, **QUIET)
    frame.written(save.click(keep, [state, why], [why, *outputs], **QUIET))
