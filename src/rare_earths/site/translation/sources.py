"""A page's source with its text translated; cells stay as they are."""

from __future__ import annotations

import re

# What may stand before a text on its line, and after it.
_LEAD = r"(?:#+ |- |\d+\. |:{3,}\{\w+\} | *description: \")?"
_CODE = re.compile(r"^```(?:\{code-cell\}|python).*?^```$", flags=re.M | re.S)
_CAPTION = re.compile(r'^: +caption: "(?:[^"\\]|\\.)*"$', flags=re.M)
_TITLE = re.compile(r"^:{3,}\{(?:exercise|admonition)\} (.+)$", flags=re.M)
_CLAIM = re.compile(r"\[((?:AM|U24)-\d\d)\]\(#((?:am|u24)-\d\d)\)")
_QUIZ = re.compile(r"^```\{quiz\}\n```$", flags=re.M)


def titles(source: str) -> list[str]:
    """Titles of exercises and boxes, which Sphinx's own list of strings leaves out."""
    return _TITLE.findall(source)


def translated(source: str, texts: dict[str, str]) -> tuple[str, list[str]]:
    """The source in another language.

    Parameters
    ----------
    source
        MyST text of a page.
    texts
        English -> translation, as catalogues hold them: one line each.

    Returns
    -------
    tuple
        The new source, and the texts that were not found in it.
    """
    code: list[str] = []

    def put_aside(match: re.Match) -> str:
        code.append(match[0])
        return f"\x00{len(code) - 1}\x00"

    rest = _CODE.sub(put_aside, source)
    # a cell's caption is text, so it comes back
    captions = {number: _CAPTION.search(block) for number, block in enumerate(code)}
    missing = []
    for english in sorted(texts, key=len, reverse=True):
        rest, count = _pattern(english).subn(_with(texts[english]), rest)
        for number, caption in captions.items():
            if caption and _unquoted(caption[0]) == english:
                new = f':    caption: "{_quoted(texts[english])}"'
                code[number] = code[number].replace(caption[0], new)
                count += 1
        if not count:
            missing.append(english)
    return re.sub(r"\x00(\d+)\x00", lambda match: code[int(match[1])], rest), missing


def _with(translation: str):
    return lambda match: f"{match['lead']}{translation}{match['tail']}"


def _pattern(english: str) -> re.Pattern:
    """The text as it may stand in the source: on its own lines, broken anywhere."""
    words = r"\s+".join(re.escape(word) for word in english.split())
    words = words.replace('"', r'\\?"')
    return re.compile(rf"^(?P<lead>{_LEAD})(?:{words})(?P<tail>\"?)$", flags=re.M)


def _unquoted(caption: str) -> str:
    return caption.split('"', 1)[1][:-1].replace('\\"', '"')


def _quoted(text: str) -> str:
    return text.replace('"', '\\"')


def for_a_part(source: str, quiz: str = "") -> str:
    """Fit to a book that holds only some pages: claims lead to the whole one.

    Parameters
    ----------
    source
        A page.
    quiz
        What stands in place of the quiz, where it is not translated.
    """
    link = r'<a class="claim-mark" href="../check/claim-check.html#\2">\1</a>'
    source = _CLAIM.sub(link, source)
    return _QUIZ.sub(quiz, source) if quiz else source
