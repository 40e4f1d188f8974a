"""``huoqi app``: the screens built by hand, and their checks and tests."""

import click

from huoqi.bootstrap.app_build import AppBuild
from huoqi.bootstrap.server import say
from huoqi.bootstrap.settings import Settings


@click.command("app")
@click.option("--check", "wants_check", is_flag=True, help="Run the checks of the screens instead.")
@click.option(
    "--test", "wants_test", is_flag=True, help="Run the unit tests of the screens instead."
)
@click.pass_context
def app_command(ctx: click.Context, *, wants_check: bool, wants_test: bool) -> None:
    """Build the screens; a running server shows them at the next page.

    \b
    Example: ./huoqi app            build
             ./huoqi app --check    types, lint and texts
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    build = AppBuild(settings, say=say)
    try:
        for script, wanted in (("check", wants_check), ("test", wants_test)):
            if wanted:
                build.script(script)
        if not wants_check and not wants_test:
            build.run(force=True)
            say(f"built {settings.app_dist}")
    finally:
        build.end()
