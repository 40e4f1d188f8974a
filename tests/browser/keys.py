"""Hands on a keyboard before a page: nothing is tapped."""

from playwright.sync_api import Page

TABS_MOST = 60
_NAME_OF = """at => {
    if (!at.matches('a, button, input, select, textarea')) return '';
    const labels = [...(at.labels ?? [])].map(each => each.textContent);
    return [at.getAttribute('aria-label'), ...labels, at.textContent].filter(Boolean).join(' ');
}"""
_NAME = f"() => ({_NAME_OF})(document.activeElement)"
_IS_THERE = f"""name => [...document.querySelectorAll('a, button, input, select, textarea')]
    .some(each => ({_NAME_OF})(each).includes(name))"""


class Keys:
    """Hands on a keyboard before a page: nothing is tapped."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, name: str) -> None:
        """Press Tab until what has the focus carries the name, once it is on the page."""
        self.page.wait_for_function(_IS_THERE, arg=name)
        names = []
        for _ in range(TABS_MOST):
            names.append(self.page.evaluate(_NAME))
            if name in names[-1]:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way to {name!r} by Tab: {names}")

    def press(self, name: str, key: str = "Enter") -> None:
        """Go to a button, link or box and press it."""
        self.go_to(name)
        self.page.keyboard.press(key)

    def write(self, text: str, *, into: str) -> None:
        """Go to a field and type."""
        self.page.get_by_label(into, exact=True).first.wait_for()
        self.go_to(into)
        self.page.keyboard.type(text)

    def at(self, heading: str) -> None:
        """Wait until a screen of that heading is there."""
        self.page.get_by_role("heading", name=heading).first.wait_for()
