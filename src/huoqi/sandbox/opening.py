"""The sandbox's first morning, and worlds with a history built beside it as branches."""

from collections.abc import Callable

from huoqi.close.platform import Platform
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.desk import DeskBusy
from huoqi.kit.errors import DomainError
from huoqi.kit.progress import Reporter, say_nothing
from huoqi.sandbox.branches import Branches, BranchesUnavailable, require_name
from huoqi.sandbox.market import hear_the_market
from huoqi.sandbox.personas import settle_personas
from huoqi.sandbox.snapshot_store import set_seed
from huoqi.sandbox.time_machine import Leave, NothingUnderWay, TimeMachine
from huoqi.sandbox.world import SMALL, World, WorldPlan, build_world
from huoqi.sandbox.world_store import Site

Say = Callable[[str], None]
OpenAt = Callable[[str], Platform]


def open_sandbox(platform: Platform, *, say: Say) -> bool:
    """Make the sandbox ready and return whether the clock still has a journey to go on with.

    Ready are its branches, its ids from the seed, and the personas, moved in; repeating changes
    nothing but the generation of ids. A journey that was cut off can take minutes: then
    ``go_on`` does the rest, while others are served already.
    """
    branches = Branches(platform.database)
    try:
        branches.set_up()
    except BranchesUnavailable:
        say("the database role may not create databases, so there are no branches and no rewind")
    branches.fresh_ids()
    if TimeMachine(platform).state().state == "advancing":
        return True
    _move_in(platform)
    return False


def go_on(platform: Platform, *, say: Say, report: Reporter = say_nothing) -> None:
    """End the journey that was cut off; a ``report`` that raises Leave ends it later."""
    machine = TimeMachine(platform)
    target = machine.state().target
    until = f" to {target.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if target else ""
    say(f"the clock was on the move when the sandbox ended; it goes on{until} in the background")
    try:
        journey = machine.resume(report=report)
    except Leave:
        say("the clock is still on the move; the next start goes on with it")
    except (NothingUnderWay, DeskBusy):
        say("somebody else moves the clock")
    except DomainError as refusal:
        say(f"the clock stopped: {refusal}. Go on with: huoqi sandbox advance --resume")
    else:
        reached = f"{journey.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        stopped = f", stopped by {journey.stopped_by}" if journey.stopped_by else ""
        say(f"the clock has reached {reached}{stopped}")
        _move_in(platform)


def _move_in(platform: Platform) -> None:
    settle_personas(platform)
    hear_the_market(platform)


def first_morning(platform: Platform, *, seed: int) -> None:
    """Give an empty sandbox its seed, its ids and its personas."""
    platform.database.run(lambda work: set_seed(work, seed=seed))
    Branches(platform.database).fresh_ids()
    _move_in(platform)


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
