"""``huoqi app``: the screens built by hand, and their checks and tests."""

import json

import click

from huoqi.bootstrap.app_build import AppBuild
from huoqi.bootstrap.server import say
from huoqi.bootstrap.settings import Settings


@click.command("app")
@click.option("--check", "wants_check", is_flag=True, help="Run the checks of the screens instead.")
@click.option(
    "--test", "wants_test", is_flag=True, help="Run the unit tests of the screens instead."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def app_command(ctx: click.Context, *, wants_check: bool, wants_test: bool, as_json: bool) -> None:
    """Build the screens; a running server shows them at the next page.

    \b
    Example: ./huoqi app            build
             ./huoqi app --check    types, lint and texts
             ./huoqi app --json     build, and tell where it is
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    build = AppBuild(settings, say=say)
    passed = [name for name, wanted in (("check", wants_check), ("test", wants_test)) if wanted]
    try:
        for name in passed:
            build.script(name, show=say if as_json else click.echo)
        if not passed:
            build.run(force=True)
            say(f"built {settings.app_dist}")
    finally:
        build.end()
    if as_json:
        click.echo(json.dumps({"passed": passed} if passed else {"built": str(settings.app_dist)}))
