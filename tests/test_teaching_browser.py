"""Promise: the quiz works with keyboard, phone and screen reader, without a script, and keeps
nothing; the lessons can be filtered; the offline copy opens from disk."""

import re
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from taught import EACH, EXAMPLE, notes

from rare_earths.site.teach import units

TRANSLATED = "book/elements/what-are-rare-earths"


@pytest.fixture(scope="module")
def browser(chromium):
    return chromium


@pytest.fixture
def visit(browser, address):
    """Open a page; its complaints (console, errors) must stay empty."""
    contexts, complaints = [], []

    def open_page(path, width=1280, script=True, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            color_scheme=scheme,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else 0,
        )
        page.goto(path if "://" in path else f"{address}/{path}")
        return page

    yield open_page
    for context in contexts:
        assert context.cookies() == []
        context.close()
    assert complaints == []


def said(item):
    """What the live region says; it is filled a moment after it is emptied."""
    region = item.locator("[role=status]")
    expect(region).not_to_be_empty()
    return region.inner_text().replace("\u00a0", " ")


def check(item):
    """Press the button with the keyboard."""
    item.locator(".quiz-check").focus()
    item.page.keyboard.press("Enter")


def answer(item, question, right):
    """Answer with the keyboard alone, rightly or wrongly."""
    page = item.page
    if question.kind == "numeric":
        item.locator("input").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(
            f"{question.answer if right else question.answer + 9 * question.tolerance + 999}"
        )
    elif question.kind == "order":
        order = question.items if right else question.items[::-1]
        for i, shown in enumerate(question.shuffled):
            item.locator("select").nth(i).focus()
            page.keyboard.press("Home")
            for _ in range(order.index(shown) + 1):
                page.keyboard.press("ArrowDown")
    else:
        for i, choice in enumerate(question.choices):
            box = item.locator("input").nth(i)
            wanted = choice.correct == right
            if question.kind == "single" and not wanted:
                continue
            if box.is_checked() != wanted:
                box.focus()
                page.keyboard.press("Space")


def test_right_and_wrong_answers_are_told_apart_by_keyboard(visit):
    page = visit(f"{EXAMPLE}.html")
    for question in notes(EXAMPLE).quiz:
        item = page.locator(f"#quiz-{question.id}")
        check(item)
        assert "first" in said(item)
        answer(item, question, right=False)
        check(item)
        wrong = said(item)
        answer(item, question, right=True)
        expect(item.locator("[role=status]")).to_be_empty()  # no old verdict beside a new answer
        check(item)
        assert wrong.startswith("Not yet.") and len(wrong) > 12
        assert said(item).startswith("Right.") and len(said(item)) > 10
        assert item.locator("details[open]").count() == 0
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_button_pressed_twice_answers_once(visit):
    page = visit(f"{EXAMPLE}.html")
    item = page.locator(f"#quiz-{notes(EXAMPLE).quiz[0].id}")
    answer(item, notes(EXAMPLE).quiz[0], right=True)
    item.locator(".quiz-check").evaluate("button => { button.click(); button.click(); }")
    page.wait_for_timeout(200)  # the first press has had its time too
    assert said(item).count("Right.") == 1


TRY_ALL = """async () => {
  // every question: its right answer, then each single choice or slip; what the page says of each
  const said = {};
  for (const item of document.querySelectorAll(".quiz-item")) {
    const ask = async (set) => {
      set();
      item.querySelector(".quiz-check").click();
      await new Promise((done) => setTimeout(done, 90));
      return item.querySelector("[role=status]").textContent;
    };
    const inputs = [...item.querySelectorAll("input")], selects = [...item.querySelectorAll("select")];
    const correct = (i) =>
      "correct" in item.querySelector(`li[data-value="${inputs[i].value}"]`).dataset;
    const found = (said[item.id.slice(5)] = { right: "", each: [] });
    if (item.dataset.kind === "numeric") {
      found.right = await ask(() => (inputs[0].value = item.dataset.answer));
      for (const slip of item.querySelectorAll("[data-near]"))
        found.each.push(await ask(() => (inputs[0].value = slip.dataset.near)));
      found.each.push(await ask(() => (inputs[0].value = "987654321")));
    } else if (item.dataset.kind === "order") {
      found.right = await ask(() => selects.forEach((s) => (s.value = s.dataset.place)));
      found.each.push(await ask(() => selects.forEach((s, i) => (s.value = i + 1))));
      found.each.push(await ask(() => selects.forEach((s) => (s.value = 1))));
    } else {
      found.right = await ask(() => inputs.forEach((box, i) => (box.checked = correct(i))));
      for (const one of inputs)
        found.each.push(await ask(() => inputs.forEach((box) => (box.checked = box === one))));
    }
  }
  return said;
}"""


@EACH
def test_every_answer_gets_the_words_written_for_it(visit, docname):
    heard = visit(f"{docname}.html").evaluate(TRY_ALL)
    assert list(heard) == [question.id for question in notes(docname).quiz]
    for question in notes(docname).quiz:
        right, each = heard[question.id]["right"], heard[question.id]["each"]
        assert right.startswith("Right."), question.id
        if question.kind == "numeric":
            wanted = [slip.feedback for slip in question.near] + [question.wrong]
        elif question.kind == "order":
            wanted = [question.wrong, "Give each item a place of its own."]
        else:
            several = sum(choice.correct for choice in question.choices) > 1
            missing = "Something that is right is still missing."
            wanted = [missing if c.correct and several else c.feedback for c in question.choices]
        for text, feedback in zip(each, wanted, strict=True):
            assert bare(feedback) in bare(text), question.id


def test_a_translated_quiz_counts_the_same_answers_as_right(visit):
    verdicts = []
    for start, word in (("", "Right."), ("uk/", "Правильно.")):
        heard = visit(f"{start}{TRANSLATED}.html").evaluate(TRY_ALL)
        verdicts.append(
            {
                name: [text.startswith(word) for text in (one["right"], *one["each"])]
                for name, one in heard.items()
            }
        )
        assert all(text for one in heard.values() for text in (one["right"], *one["each"]))
    assert verdicts[0] == verdicts[1]
    assert all(right for right, *_ in verdicts[1].values())


def bare(text):
    """Letters and digits: the page has other quotation marks and spaces."""
    return re.sub(r"[\W_]+", " ", re.sub(r"\]\([^)]*\)", "", text)).strip()


@EACH
def test_without_a_script_every_answer_stands_folded(visit, docname):
    page = visit(f"{docname}.html", 320, script=False)
    quiz = page.locator(".quiz")
    assert quiz.locator("button").filter(visible=True).count() == 0
    assert quiz.locator("details").count() == len(notes(docname).quiz)
    for i, question in enumerate(notes(docname).quiz):
        details = quiz.locator("details").nth(i)
        assert not details.locator("p, li").first.is_visible()
        details.locator("summary").press("Enter")
        text = bare(details.inner_text())
        if question.kind in ("single", "multiple"):
            assert all(bare(choice.feedback) in text for choice in question.choices)
        else:
            assert bare(question.right) in text
        box = details.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_quiz_lesson_page_handout_and_slides_have_no_barrier(visit, scheme):
    teach = units.address(EXAMPLE)
    page = visit(f"{EXAMPLE}.html", 360, scheme=scheme)
    page.evaluate(TRY_ALL)
    faults = barriers(page, ".quiz")
    small = page.evaluate(
        "[...document.querySelectorAll('.quiz input, .quiz select, .quiz button, .quiz summary')]"
        ".filter(e => e.getBoundingClientRect().height < 24).length"
    )
    assert small == 0, "a target too small to hit"
    for path in (f"{teach}.html", f"{teach}-handout.html", f"{teach}-slides.html"):
        faults += barriers(visit(path, 360, scheme=scheme), "main")
    assert faults == []


def barriers(page, part):
    found = Axe().run(page, part).response["violations"]
    return [f"{page.url}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]


def test_lessons_can_be_filtered_by_standard(visit):
    page = visit("teach/index.html", 360)
    rows = page.locator("[data-filters] tbody tr")
    everything = rows.filter(visible=True).count()
    page.get_by_label("Supports").select_option("HS-ESS3-1")
    shown = rows.filter(visible=True)
    assert 1 <= shown.count() <= everything
    assert all("HS-ESS3-1" in text for text in shown.all_inner_texts())


def test_the_offline_copy_opens_from_disk_on_a_phone(site, visit, tmp_path):
    with zipfile.ZipFile(site / "teach" / "seventeen-elements-offline.zip") as archive:
        archive.extractall(tmp_path)
    pages = [
        path
        for path in sorted((tmp_path / "seventeen-elements").rglob("*.html"))
        if path.parts[-2] not in ("charts", "data") and "_static" not in path.parts
    ]
    assert pages
    missing = []
    page = visit(pages[0].as_uri(), 360)
    aborted = "net::ERR_ABORTED"  # by going on to the next page
    page.on("requestfailed", lambda r: missing.append(r.url) if r.failure != aborted else None)
    for path in pages:
        page.goto(path.as_uri())
        assert page.locator("h1").first.inner_text()
    assert missing == []
