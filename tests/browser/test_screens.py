"""No screen is forgotten: each route of the app has its place in the list of screens."""

from tests.browser.screens import SCREENS, routes


def test_every_route_is_in_the_list_of_screens() -> None:
    assert sorted(set(routes()) - {screen.route for screen in SCREENS}) == []


def test_every_screen_has_a_name_of_its_own() -> None:
    names = [screen.name for screen in SCREENS]

    assert sorted(set(names)) == sorted(names)
