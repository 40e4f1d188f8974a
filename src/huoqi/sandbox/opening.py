"""The sandbox's first morning, and worlds with a history built beside it as branches."""

from collections.abc import Callable
from contextlib import suppress

from huoqi.close.platform import Platform
from huoqi.kit.desk import DeskBusy
from huoqi.kit.progress import Reporter, say_nothing
from huoqi.sandbox.branches import Branches, BranchesUnavailable, require_name
from huoqi.sandbox.market import hear_the_market
from huoqi.sandbox.personas import settle_personas
from huoqi.sandbox.snapshot_store import set_seed
from huoqi.sandbox.time_machine import NothingUnderWay, TimeMachine
from huoqi.sandbox.world import SMALL, World, WorldPlan, build_world
from huoqi.sandbox.world_store import Site

Say = Callable[[str], None]
OpenAt = Callable[[str], Platform]


def open_sandbox(platform: Platform, *, say: Say) -> None:
    """Make the sandbox ready: its branches, its ids from the seed, and the personas, moved in.

    Repeating changes nothing but the generation of ids. A journey that was cut off is ended.
    """
    branches = Branches(platform.database)
    try:
        branches.set_up()
    except BranchesUnavailable:
        say("the database role may not create databases, so there are no branches and no rewind")
    branches.fresh_ids()
    machine = TimeMachine(platform)
    if machine.state().state == "advancing":
        say("the clock was on the move when the sandbox ended; it goes on")
        with suppress(NothingUnderWay, DeskBusy):
            machine.resume()
    settle_personas(platform)
    hear_the_market(platform)


def first_morning(platform: Platform, *, seed: int) -> None:
    """Give an empty sandbox its seed, its ids and its personas."""
    platform.database.run(lambda work: set_seed(work, seed=seed))
    Branches(platform.database).fresh_ids()
    settle_personas(platform)
    hear_the_market(platform)


def build_branch(
    platform: Platform,
    open_at: OpenAt,
    *,
    name: str = "small",
    plan: WorldPlan = SMALL,
    report: Reporter = say_nothing,
) -> World | None:
    """Build a world with its history in a database of its own and list it as a branch.

    The present branch goes on meanwhile. Returns None when the branch is there already or
    someone is building it. Errors: BranchesUnavailable, BranchNameMalformed, HistoryStopped.
    """
    require_name(name)
    branches = Branches(platform.database)
    branches.set_up()
    with Site.taken(platform.database.dsn, name=name) as site:
        if site is None or any(known.name == name for known in branches.listed()):
            return None
        # Nobody here needs the present branch meanwhile, and it can be copied only unwatched.
        with platform.database.disconnected():
            world = _built(site, open_at, plan=plan, report=report)
        site.list_as_branch()
    return world


def _built(site: Site, open_at: OpenAt, *, plan: WorldPlan, report: Reporter) -> World:
    """Build a world on its site; whoever goes on with it takes other ids than its history."""
    site.clear()
    built = open_at(site.dsn)
    try:
        first_morning(built, seed=plan.seed)
        world = build_world(built, plan, report=report)
        Branches(built.database).fresh_ids()
    finally:
        built.database.close()
    return world
