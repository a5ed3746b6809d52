"""The house in a real browser: nothing is asked of anybody else, and both languages are complete."""

import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from shared import language
from tests import server
from tests.browser.conftest import Visit
from tests.pad import SEVEN

CHINESE = re.compile("[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
VIEWS = [("zh", "手写", "照片", "现场训练", "脚本"), ("en", "Draw", "Photo", "Train live", "Script")]


def words(page: Page) -> list[str]:
    """Everything that can be read on the page, tooltips and screen readers' labels included."""
    return page.evaluate(
        """() => {
          const found = [];
          for (const part of document.querySelectorAll("body *:not(script):not(style)")) {
            if (!part.checkVisibility() || part.closest("[lang]:not(html)")) continue;
            for (const node of part.childNodes) if (node.nodeType === 3 && node.data.trim()) found.push(node.data.trim());
            for (const name of ["title", "placeholder", "aria-label", "alt"]) {
              if (part.getAttribute(name)) found.push(`${name}=${part.getAttribute(name)}`);
            }
          }
          found.push(document.title);
          return found;
        }"""
    )


def walk(visiting: Visit, views: tuple[str, ...], check: Callable[[list[str]], None]) -> None:
    """Open every tab and fold, make the room talk, and check what there is to read."""
    page = visiting.page
    for fold in page.locator(".folded button.label-wrap").all():
        fold.click()
    for view in views:
        visiting.tab(view)
        page.wait_for_timeout(400)
        check(words(page))


@pytest.mark.parametrize(("to", *"dpts"), VIEWS)
def test_every_page_speaks_one_language_alone(visit, to: str, d: str, p: str, t: str, s: str) -> None:
    visiting = visit(locale="zh-CN" if to == "zh" else "en-US")
    visiting.draw(SEVEN)
    expect(visiting.page.locator("#mnist-answer .big")).to_have_text("7")
    expect(visiting.page.locator("#mnist-inside figure")).to_have_count(3)
    keys = set(language.texts())
    english = {sentence for entry in language.texts().values() for sentence in [entry["en"]] if " " in sentence}

    def check(read: list[str]) -> None:
        text = "\n".join(line.split("=", 1)[-1] for line in read)
        assert len(text) > 100
        assert "__i18n__" not in text and "i18n:" not in text
        assert not keys & {line for line in read if "_" in line}, "an untranslated key"
        if to == "en":
            assert not CHINESE.search(text), CHINESE.findall(text)
        else:
            labels = [line for line in read if line.startswith(("title=", "aria-label=", "placeholder="))]
            assert not [label for label in labels if re.search("[A-Za-z]{2}", label.split("=", 1)[1])], labels
            assert not english & set(read), "an English sentence on the Chinese page"

    walk(visiting, (d, p, t, s), check)
    visiting.tab(t)
    visiting.page.locator("#mnist-start").click()
    expect(visiting.page.locator("#mnist-curves .js-plotly-plot")).to_be_visible()
    visiting.page.locator("#mnist-stop").click()
    expect(visiting.page.locator("#mnist-confusion .js-plotly-plot")).to_be_visible()
    check(words(visiting.page))
    assert not visiting.complaints
    assert not visiting.outside


def test_the_page_needs_nobody_else_and_its_console_is_clean(visit) -> None:
    visiting = visit()
    visiting.draw(SEVEN)
    expect(visiting.page.locator("#mnist-answer .big")).to_have_text("7")
    for view in ("Photo", "Train live", "Script", "Draw"):
        visiting.tab(view)
        visiting.page.wait_for_timeout(300)
    assert visiting.outside == []
    assert visiting.complaints == []


def test_the_switch_changes_everything_at_once_and_loses_nothing(visit) -> None:
    visiting = visit()
    page = visiting.page
    visiting.draw(SEVEN)
    expect(page.locator("#mnist-answer .seen figcaption")).to_contain_text("What the network sees")
    before = page.locator("#mnist-pad canvas").evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("#mnist-answer .seen figcaption")).to_contain_text("网络看到的")
    expect(page.locator("h1")).to_have_text("深度学习方法与应用")
    expect(page).to_have_title("深度学习方法与应用")
    expect(page.get_by_role("tab", name="现场训练")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("#mnist-pad canvas").evaluate("canvas => canvas.toDataURL()") == before
    page.reload()
    expect(page.get_by_role("tab", name="现场训练")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("tab", name="Train live")).to_be_visible()


@pytest.mark.parametrize(("locale", "path", "title"), [
    ("zh-TW", "", "深度学习方法与应用"), ("fr-FR", "", "Deep Learning: Methods and Applications"),
    ("en-US", "?lang=zh", "深度学习方法与应用"), ("zh-CN", "?lang=en", "Deep Learning: Methods and Applications"),
])  # fmt: skip
def test_the_browsers_language_is_the_default_and_a_link_may_ask_for_another(visit, locale, path, title) -> None:
    visiting = visit(path, locale=locale)
    expect(visiting.page.locator("h1")).to_have_text(title)
    expect(visiting.page.locator("#mnist-answer")).to_contain_text("例子" if title[0] == "深" else "click an example")


@pytest.mark.parametrize(("locale", "view", "invitation"), [
    ("zh-CN", "照片", "点击打开摄像头"), ("en-US", "Photo", "Click to Access Webcam"),
])  # fmt: skip
def test_gradios_own_words_are_translated_too(visit, locale: str, view: str, invitation: str) -> None:
    visiting = visit(locale=locale)
    visiting.tab(view)
    visiting.page.get_by_label("用摄像头拍照" if locale == "zh-CN" else "Capture from camera").click()
    expect(visiting.page.get_by_text(invitation)).to_be_visible()


def test_the_projector_view_has_larger_type_and_stays(visit) -> None:
    visiting = visit()
    page = visiting.page

    def size() -> float:
        return page.locator("#mnist-answer .hint").evaluate("part => parseFloat(getComputedStyle(part).fontSize)")

    normal = size()
    assert normal >= 18
    page.locator("#projector-switch").click()
    assert size() >= 24
    expect(page.locator("#projector-switch")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".room-heading p")).to_be_hidden()
    page.reload()
    page.locator("#mnist-answer .hint").wait_for()
    assert size() >= 24


def test_a_phone_finds_the_gallery_by_its_qr_code(visit) -> None:
    with server.running(GALLERY_HOST="0.0.0.0") as address:
        page = visit(address=address).page
        page.locator("#bar-phone summary").click()
        picture = page.locator("#bar-phone .qr svg").screenshot()
        shown = page.locator("#bar-phone .qr a").inner_text()
        found, *_ = cv2.QRCodeDetector().detectAndDecode(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR))
        assert found == shown
        assert re.fullmatch(r"http://\d+\.\d+\.\d+\.\d+:\d+/", found)
        page.context.unroute_all()
        page.goto(found)
        page.locator("#mnist-pad canvas").wait_for()


def test_a_private_gallery_shows_no_qr_code(visit) -> None:
    assert visit().page.locator("#bar-phone").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (390, 844)])
def test_nothing_is_cut_off_and_the_text_can_be_read(visit, width: int, height: int, scheme: str) -> None:
    phone = width < 500
    visiting = visit(
        viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=phone, is_mobile=phone, locale="zh-CN"
    )
    page = visiting.page
    page.locator(".pad-example").first.click()
    expect(page.locator("#mnist-answer .big")).to_have_text("7")
    for view in VIEWS[0][1:]:
        visiting.tab(view)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{view} scrolls sideways"
    visiting.tab("手写")
    answer, sheet = page.locator("#mnist-answer .big").bounding_box(), page.locator("#mnist-pad").bounding_box()
    assert answer and sheet
    assert answer["y"] + answer["height"] <= height, "the answer is above the fold"
    assert sheet["width"] >= (0.85 if phone else 0.3) * width
    assert min(_contrasts(page)) >= 4.5


def _contrasts(page: Page) -> list[float]:
    """WCAG 2.2 contrast of every visible text with the page, which has no other backgrounds behind plain text."""
    return page.evaluate(
        """() => {
          const rgb = (colour) => colour.match(/[\\d.]+/g).slice(0, 4).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = (part) => {
            for (let at = part; at; at = at.parentElement) {
              const [r, g, b, a] = rgb(getComputedStyle(at).backgroundColor);
              if (a === undefined || a > 0.9) return [r, g, b];
            }
            return [255, 255, 255];
          };
          const looked_at = ["#bar *", "[role=tab]", ".room-heading *", ".answer *", ".inside *", "label *", "button"];
          const found = [];
          for (const part of document.querySelectorAll(looked_at.join(", "))) {
            const text = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
            if (!text || !part.checkVisibility() || part.closest("svg")) continue;
            const [a, b] = [light(rgb(getComputedStyle(part).color)), light(behind(part))].sort((x, y) => y - x);
            found.push((a + 0.05) / (b + 0.05));
          }
          return found;
        }"""
    )
