"""The server checks the role in every handler: what a page would never send is sent all the same, over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from assessment import importing, policyfile
from assessment.store import accounts, courses, history, imports
from assessment.store.access import Desk
from assessment.store.database import Database
from assessment.store.models import Base
from tests import gradio_page, server
from tests.assessment import course as files_of
from tests.gradio_page import HandlerFailed, Page

PASSWORD = "correct horse battery"
PEOPLE = ("owner", "instructor", "viewer", "stranger")


class World:
    """A running program with one course, and the database behind it."""

    def __init__(self, folder: Path, url: str, said: list[str]) -> None:
        self.folder, self.url, self.said = folder, url, said
        self.database = Database(f"sqlite:///{folder / 'gradebook' / 'gradebook.sqlite3'}")
        self.files = files_of.write(folder, 12)

    def page(self, who: str) -> Page:
        """The page as somebody has it after opening it, with the course chosen by force."""
        page = gradio_page.grades(self.url, who, PASSWORD)
        page.do(None, "load")
        page.put("grades-course", 1)
        return page

    def contents(self) -> dict[str, Any]:
        """Everything that is stored, but who is logged in since when."""
        with self.database.engine.connect() as connection:
            return {
                table.name: sorted(map(str, connection.execute(sa.select(table))))
                for table in Base.metadata.sorted_tables
                if table.name != "login"
            }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Owner, instructor, viewer and stranger; a course of twelve with scores, one edit, a second course to be archived."""
    folder = tmp_path_factory.mktemp("roles")
    database = Database(f"sqlite:///{folder / 'gradebook' / 'gradebook.sqlite3'}")
    people = {name: accounts.add(database, name, PASSWORD, owner=name == "owner") for name in (*PEOPLE, "victim")}
    owner = Desk(database, people["owner"])
    course = courses.create(owner, "深度学习", "2026 秋", policyfile.DEFAULT.read_text(encoding="utf-8"))
    courses.let_in(owner, course, "instructor", "instructor")
    courses.let_in(owner, course, "viewer", "viewer")
    load = importing.load(files_of.write(folder, 12)[1:], courses.policy(owner, course))
    imports.write(owner, course, load, [], set())
    database.close()
    said: list[str] = []
    with server.running(said, GALLERY_DATA_DIR=str(folder)) as url:
        yield World(folder, url, said)


def score(page: Page, item: str) -> str:
    """What the first student's cell shows."""
    import json

    page.do("grades-course", "change")
    table = json.loads(page.value("scores-table"))
    return str(table["rows"][0][[one["key"] for one in table["columns"]].index(item)])


def edit(world: World, page: Page) -> None:
    before = score(world.page("owner"), "lab1")
    wanted = "77" if before != "77" else "78"
    page.do("scores-table", "input", {"row": "0020230001", "column": "lab1", "before": before, "value": wanted})


def undo_last(world: World, page: Page) -> None:
    edit(world, page)
    page.do("scores-undo", "click")


def undo_in_history(world: World, page: Page) -> None:
    edit(world, world.page("owner"))
    owner = Desk(world.database, accounts.everybody(world.database)[1])
    assert owner.person.username == "owner"
    newest = history.deeds(owner, 1, limit=1)[0].change
    page.do("history-list", "submit", {"do": f"undo:{newest}"})


def bring_in(world: World, page: Page) -> None:
    page.upload("import-files", [world.files[0]])
    page.do("import-files", "change")
    page.do("import-findings", "submit", {"do": "all:accept"})
    page.do("import-findings", "submit", {"do": "every:right"})
    page.do("import-write", "click")


def call_the_roll(world: World, page: Page) -> None:
    page.put("roll-replace", True)
    session = f"session {len(world.contents()['change'])}"
    page.do("roll-sheet", "submit", {"session": session, "marks": {"0020230001": "absent"}})


def save_a_policy(world: World, page: Page) -> None:
    page.do("grades-course", "change")
    page.do("sandbox-form", "submit", {"do": "missing", "value": "excluded"})
    page.do("sandbox-form", "submit", {"do": "cut:0", "value": str(91 + len(world.contents()["policy_version"]) % 5)})
    page.do("sandbox-save", "click")


def save_cutoffs(world: World, page: Page) -> None:
    page.do("grades-course", "change")
    page.do("stats-cuts", "input", {"cuts": [[0, str(85 + len(world.contents()["policy_version"]) % 5)]]})
    page.do("stats-save", "click")


def finalise(world: World, page: Page) -> None:
    page.do("publish-finalise", "click")
    if page is not None and any("finalised" in row for row in world.contents()["entry"]):
        world.page("owner").do("publish-unlock", "click")


def unlock(world: World, page: Page) -> None:
    page.do("publish-unlock", "click")


def archive(world: World, page: Page) -> None:
    page.do("courses-mine", "submit", {"do": "archive:1"})
    back = world.page("owner")
    back.put("grades-course", None)
    back.do("courses-mine", "submit", {"do": "unarchive:1"})


def let_in(world: World, page: Page) -> None:
    page.put("member-name", "victim")
    roles = [row for row in world.contents()["member"] if row.startswith("(1, 5,")]  # the victim's
    page.put("member-role", "instructor" if "'viewer'" in str(roles) else "viewer")
    page.do("member-give", "click")


def new_course(world: World, page: Page) -> None:
    page.put("course-name", "A new one")
    page.do("course-create", "click")


def add_account(world: World, page: Page) -> None:
    page.put("account-name", f"somebody{len(world.contents()['account'])}")
    page.put("account-password", PASSWORD)
    page.do("account-add", "click")


def change_anothers_password(world: World, page: Page) -> None:
    page.put("account-name", "victim")
    page.put("account-password", PASSWORD)
    page.do("account-renew", "click")


def remove_account(world: World, page: Page) -> None:
    accounts.add(world.database, f"prey{len(world.contents()['account'])}", PASSWORD)
    prey = next(one.username for one in accounts.everybody(world.database) if one.username.startswith("prey"))
    before = len(world.contents()["account"])
    try:
        page.do("accounts-list", "submit", {"do": f"remove:{prey}"})
    finally:
        world.removed = len(world.contents()["account"]) < before  # type: ignore[attr-defined]
        if not world.removed:  # type: ignore[attr-defined]
            accounts.remove(world.database, prey)


Deed = Callable[[World, Page], None]
TEACHING: tuple[Deed, ...] = (edit, undo_last, undo_in_history, bring_in, call_the_roll)
OWNING: tuple[Deed, ...] = (save_a_policy, save_cutoffs, finalise, unlock, archive, let_in)
MANAGING: tuple[Deed, ...] = (new_course, add_account, change_anothers_password, remove_account)


def changed_by(world: World, who: str, deed: Deed) -> bool:
    """Whether a deed changes anything that is stored. The tests' own preparations come first."""
    page = world.page("owner") if who == "owner" else world.page(who)
    if deed is undo_in_history:
        before_deed = len(world.contents()["change"])
        with suppress(HandlerFailed):
            deed(world, page)
        return len(world.contents()["change"]) > before_deed + 1  # the owner's edit is one
    if deed is remove_account:
        with suppress(HandlerFailed):
            deed(world, page)
        return bool(world.removed)  # type: ignore[attr-defined]
    before = world.contents()
    try:
        deed(world, page)
    except HandlerFailed as refused:
        assert "role" in str(refused) or "owner" in str(refused) or "choices" in str(refused) or str(refused), refused
    return world.contents() != before


@pytest.mark.parametrize("deed", [*TEACHING, *OWNING, *MANAGING], ids=lambda deed: deed.__name__)
def test_an_owner_can_do_everything(world: World, deed: Deed) -> None:
    assert changed_by(world, "owner", deed)


@pytest.mark.parametrize("deed", TEACHING, ids=lambda deed: deed.__name__)
def test_an_instructor_teaches(world: World, deed: Deed) -> None:
    assert changed_by(world, "instructor", deed)


@pytest.mark.parametrize(
    "deed", [one for one in (*OWNING, *MANAGING) if one not in (finalise, archive)], ids=lambda d: d.__name__
)
def test_an_instructor_does_not_own(world: World, deed: Deed) -> None:
    assert not changed_by(world, "instructor", deed)


@pytest.mark.parametrize("who", ["viewer", "stranger"])
@pytest.mark.parametrize("deed", [*TEACHING, *OWNING, *MANAGING], ids=lambda deed: deed.__name__)
def test_a_viewer_and_a_stranger_change_nothing(world: World, who: str, deed: Deed) -> None:
    if deed in (archive, finalise):
        page, before = world.page(who), world.contents()
        for elem, event, data in (
            ("courses-mine", "submit", {"do": "archive:1"}), ("publish-finalise", "click", None),
            ("publish-unlock", "click", None),
        ):  # fmt: skip
            with pytest.raises(HandlerFailed):
                page.do(elem, event, data)
        assert world.contents() == before
        return
    assert not changed_by(world, who, deed)


def test_a_stranger_learns_nothing_from_any_handler(world: World) -> None:
    page = world.page("stranger")
    answers: list[str] = []
    for handler in [one for one in page.config["dependencies"] if one["backend_fn"]]:
        for data in (None, {"row": "0020230001", "column": "lab1"}, {"do": "open:1"}, {"do": "version:1"}):
            page.put("grades-course", 1)
            page.put("account-password", "short")  # so that the stranger keeps his own
            try:
                answers += map(str, page.call(handler, data))
            except (HandlerFailed, httpx.HTTPStatusError) as refused:
                answers.append(str(refused))
    said = "\n".join(answers)
    assert len(answers) > 100
    for secret in ("0020230001", "0020230012", "深度学习", "instructor</td>", "victim"):
        assert secret not in said, secret
    for word in ("Traceback", "sqlalchemy", str(world.folder)):
        assert word not in said, word


def test_another_persons_session_opens_nothing(world: World) -> None:
    """What somebody dropped lies in his session; its name alone is no key."""
    owner = world.page("owner")
    owner.upload("import-files", [world.files[0]])
    owner.do("import-files", "change")
    thief = world.page("stranger")
    thief.session = owner.session
    for element in ("import-findings", "import-read"):
        with pytest.raises(httpx.HTTPStatusError, match="403"):
            thief.do(element, "submit", {"do": "all:accept"})
    for path in ("queue/data?session_hash=", "heartbeat/", "deep_link?session_hash="):
        assert thief.client.get(f"/grades/gradio_api/{path}{owner.session}").status_code in (403, 404), path


def test_no_secret_is_printed(world: World) -> None:
    """After everything above, which includes a hundred failures."""
    with httpx.Client(base_url=world.url, timeout=60) as client:
        client.post("/grades/login", data={"username": "owner", "password": "a wrong password"})
        cookie = client.post("/grades/login", data={"username": "owner", "password": PASSWORD}).headers["set-cookie"]
    printed = "".join(world.said)
    for secret in (PASSWORD, "a wrong password", cookie.split("=")[1].split(";")[0], "0020230003", "杨洋涛"):
        assert secret not in printed, secret
