"""Courses: mine, a new one from a policy, who may do what in one, putting it away; and the accounts, for owners of those."""

import html
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite, tell
from shared.language import text
from shared.live import live, told

from . import policyfile
from .page_desk import QUIET, Frame, chosen, desk_of, pick
from .store import accounts, courses
from .store.access import Desk, NotAllowed

_ROLES = ("owner", "instructor", "viewer", "none")


def render(frame: Frame) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    with gr.Row():
        with gr.Column(scale=3):
            mine = live("courses-mine")
            old = gr.Checkbox(label=text("assessment_show_archived"), elem_id="courses-archived")
        with gr.Column(scale=2):
            _new_course(frame)
    with gr.Accordion(text("assessment_people"), open=False, elem_id="course-accounts"), gr.Row():
        with gr.Column(elem_id="course-people"):
            _members(frame)
        with gr.Column(elem_id="accounts"):
            _accounts(frame)

    @polite
    def show(course_: int | None, old_: bool, request: gr.Request) -> str:
        return _cards(desk_of(door, request), course_, old_, visitor.of(request))

    @polite
    def act(course_: int | None, old_: bool, event: gr.EventData, request: gr.Request) -> Any:
        desk, wish = desk_of(door, request), told(event)
        deed, _, which = wish.do.partition(":")
        number = int(which) if which.isdigit() else 0
        if deed in ("archive", "unarchive"):
            courses.archive(desk, number, deed == "archive")
        wanted = pick(desk, number if deed in ("open", "unarchive") else course_)
        return "" if wanted is None else str(wanted), _cards(desk, wanted, old_, visitor.of(request))

    frame.keep_fresh(show, [course, old], mine, at_start=True)
    old.input(show, [course, old], mine, **QUIET)
    frame.written(mine.submit(act, [course, old], [frame.wish, mine], **QUIET))


def _cards(desk: Desk, current: int | None, old: bool, who: visitor.Visitor) -> str:
    """My courses, one row each."""
    cards = [*courses.listed(desk), *(courses.listed(desk, archived=True) if old else [])]
    if not cards:
        key = "assessment_no_courses_owner" if desk.person.owner else "assessment_no_courses"
        return f"<p class='empty'>{html.escape(who.say(key))}</p>"
    rows = []
    for card in cards:
        state = [who.say(f"assessment_role_{card.role}"), who.say("assessment_students_count", students=card.students)]
        state += [who.say("assessment_state_final")] if card.finalised_at else []
        state += [who.say("assessment_state_archived")] if card.archived else []
        buttons = ""
        if not card.archived and card.id != current:
            buttons += f"<button data-do='open:{card.id}'>{html.escape(who.say('assessment_open'))}</button>"
        if card.role == "owner":
            deed = "unarchive" if card.archived else "archive"
            buttons += f"<button data-do='{deed}:{card.id}'>{html.escape(who.say(f'assessment_{deed}'))}</button>"
        rows.append(
            f"<li{' class=current' if card.id == current else ''}><div><b>{html.escape(card.name)}</b> "
            f"{html.escape(card.term)}<small>{html.escape(' · '.join(state))}</small></div>"
            f"<div class='choices'>{buttons}</div></li>"
        )
    head = html.escape(who.say("assessment_my_courses"))
    return f"<h3>{head}</h3><ul class='courses'>{''.join(rows)}</ul>"


def _new_course(frame: Frame) -> None:
    """A new course from the default policy, a copy of another course's, or one of one's own."""
    door, course = frame.door, frame.course
    gr.Markdown(text("assessment_new_course"), elem_classes="caption")
    name = gr.Textbox(label=text("assessment_course_name_label"), max_lines=1, elem_id="course-name")
    term = gr.Textbox(label=text("assessment_term"), max_lines=1, elem_id="course-term")
    with gr.Accordion(text("assessment_policy"), open=False):
        copy = gr.Button(text("assessment_copy_policy"), elem_id="course-copy")
        policy = gr.Code(
            policyfile.DEFAULT.read_text(encoding="utf-8"), language=None, label=text("assessment_policy"), lines=14
        )  # fmt: skip
    create = gr.Button(text("assessment_create_course"), variant="primary", elem_id="course-create")

    @polite
    def make(name_: str | None, term_: str | None, policy_: str | None, request: gr.Request) -> Any:
        desk = desk_of(door, request)
        made = courses.create(desk, name_ or "", term_ or "", policy_ or "")
        who = visitor.of(request)
        tell(who, "assessment_course_made", name=(name_ or "").strip())
        return str(made), "", ""

    @polite
    def take_over(course_: int | None, request: gr.Request) -> str:
        return courses.policy_text(desk_of(door, request), chosen(course_))

    frame.written(create.click(make, [name, term, policy], [frame.wish, name, term], **QUIET))
    copy.click(take_over, course, policy, **QUIET)


def _members(frame: Frame) -> None:
    """Who may do what in the course that is chosen."""
    door, course = frame.door, frame.course
    members = gr.HTML(elem_id="course-members", js_on_load=None)
    username = gr.Textbox(label=text("assessment_door_username"), max_lines=1, elem_id="member-name")
    role = gr.Dropdown(
        label=text("assessment_role"), value="instructor", elem_id="member-role",
        choices=[(text(f"assessment_role_{one}"), one) for one in _ROLES],
    )  # fmt: skip
    give = gr.Button(text("assessment_give_role"), elem_id="member-give")

    @polite
    def show(course_: int | None, request: gr.Request) -> str:
        who, desk = visitor.of(request), desk_of(door, request)
        head = f"<h3>{html.escape(who.say('assessment_members'))}</h3>"
        if course_ is None or desk.role(course_) != "owner":
            return f"{head}<p class='empty'>{html.escape(who.say('assessment_members_owner'))}</p>"
        rows = "".join(
            f"<tr><td>{html.escape(one)}</td><td>{html.escape(who.say(f'assessment_role_{of}'))}</td></tr>"
            for one, of in courses.members(desk, course_)
        )
        return f"{head}<table class='figures'><tbody>{rows}</tbody></table>"

    @polite
    def let_in(course_: int | None, username_: str | None, role_: str, request: gr.Request) -> str:
        given = None if role_ == "none" else role_
        courses.let_in(desk_of(door, request), chosen(course_), username_ or "", given)  # type: ignore[arg-type]
        return ""

    frame.keep_fresh(show, course, members, at_start=True)
    give.click(let_in, [course, username, role], username, **QUIET).success(show, course, members, **QUIET)


def _accounts(frame: Frame) -> None:
    """Accounts: everybody changes his own password; who manages accounts adds, renews and removes them."""
    door = frame.door
    listed = live("accounts-list")
    name = gr.Textbox(label=text("assessment_door_username"), max_lines=1, elem_id="account-name")
    old = gr.Textbox(label=text("assessment_old_password"), type="password", max_lines=1, elem_id="account-old")
    password = gr.Textbox(label=text("assessment_new_password"), type="password", max_lines=1, elem_id="account-password")
    owns = gr.Checkbox(label=text("assessment_account_owner"), elem_id="account-owner")
    with gr.Row():
        add = gr.Button(text("assessment_account_add"), elem_id="account-add")
        renew = gr.Button(text("assessment_account_password"), elem_id="account-renew")

    @polite
    def show(request: gr.Request) -> str:
        who, desk = visitor.of(request), desk_of(door, request)
        head = f"<h3>{html.escape(who.say('assessment_accounts'))}</h3>"
        if not desk.person.owner:
            return f"{head}<p class='empty'>{html.escape(who.say('assessment_accounts_own'))}</p>"
        rows = "".join(_account(one, one.id == desk.person.id, who) for one in accounts.everybody(door.database))
        return f"{head}<table class='figures'><tbody>{rows}</tbody></table>"

    def managing(desk: Desk) -> None:
        if not desk.person.owner:
            raise NotAllowed("assessment_not_allowed")

    @polite
    def make(name_: str | None, password_: str | None, owns_: bool, request: gr.Request) -> Any:
        managing(desk_of(door, request))
        accounts.add(door.database, name_ or "", password_ or "", owner=bool(owns_))
        return "", "", False

    @polite
    def change(name_: str | None, old_: str | None, password_: str | None, request: gr.Request) -> Any:
        desk, who = desk_of(door, request), visitor.of(request)
        wanted = (name_ or "").strip() or desk.person.username
        if wanted.casefold() != desk.person.username:
            managing(desk)
        elif not accounts.fits(door.database, desk.person, old_ or ""):
            raise accounts.BadAccount("assessment_old_password_wrong")
        accounts.set_password(door.database, wanted, password_ or "")
        tell(who, "assessment_password_changed", name=wanted)
        return "", "", ""

    @polite
    def act(event: gr.EventData, request: gr.Request) -> None:
        managing(desk_of(door, request))
        deed, _, which = told(event).do.partition(":")
        if deed == "remove":
            accounts.remove(door.database, which)

    frame.keep_fresh(show, None, listed, at_start=True)
    add.click(make, [name, password, owns], [name, password, owns], **QUIET).success(show, None, listed, **QUIET)
    renew.click(change, [name, old, password], [name, old, password], **QUIET)
    listed.submit(act, None, None, **QUIET).success(show, None, listed, **QUIET)


def _account(one: accounts.Person, own: bool, who: visitor.Visitor) -> str:
    key = html.escape(one.username, True)
    remove, really = (html.escape(who.say(f"assessment_account_{word}")) for word in ("remove", "really"))
    button = f"<details><summary>{remove}</summary><button data-do='remove:{key}'>{really}</button></details>"
    kind = html.escape(who.say("assessment_account_owner")) if one.owner else ""
    return f"<tr><td>{key}</td><td>{kind}</td><td>{'' if own else button}</td></tr>"
