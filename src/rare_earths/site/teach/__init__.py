"""The teacher's side of the site: quiz, lesson pages, and the files made from them.

``setup`` belongs to the Sphinx build (quiz and pages); ``python -m rare_earths.site.teach`` makes
the files for download in the built site. How a teaching file is written: ``rare_earths.teaching``.
"""

from __future__ import annotations

from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    from rare_earths.site.teach import lessons, quiz

    quiz.setup(app)
    lessons.setup(app)
