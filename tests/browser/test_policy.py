"""Promise: no page can be made to run another's script.

That the policy stands in every page's head is asserted in tests/test_html.py.
"""

from site_visits import Visit


def test_an_injected_script_does_not_run(chromium, address):
    with Visit(chromium, address, "index.html") as visit:
        visit.page.evaluate(
            """() => { const script = document.createElement("script");
            script.textContent = "window.injected = true"; document.body.append(script); }"""
        )
        assert visit.page.evaluate("window.injected") is None
        assert any("Content Security Policy" in text for text in visit.complaints)
