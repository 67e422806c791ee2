"""One campaign over targets, by one worker in this process or by several in processes of their own.

Why one function: who runs a campaign sees the same events and the same folder, whoever does the work.
"""

from collections.abc import Iterator, Sequence

from bmpconform.fuzz.afl import AflStats
from bmpconform.fuzz.events import CampaignEnd, CampaignEvent
from bmpconform.fuzz.fleet import Fleet
from bmpconform.fuzz.loop import Loop
from bmpconform.fuzz.options import CampaignOptions, Watch
from bmpconform.fuzz.store import StatsLine, Store
from bmpconform.run.runner import Contender
from bmpconform.wire.value import replace

__all__ = ["CampaignOptions", "Watch", "fuzz"]


def fuzz(
    contenders: Sequence[Contender], seeds: Sequence[bytes], store: Store, options: CampaignOptions, watch: Watch
) -> Iterator[CampaignEvent]:
    """Run one campaign. Yields what becomes of targets, each distinct finding once, and progress; the end is last.

    Inputs that were kept in `store` are taken up again. Findings are in the store before they are yielded. With several
    workers, all that is given must be fit to be sent to another process.
    """
    if options.workers > 1:
        events = _together(contenders, seeds, store, options, watch)
    else:
        events = Loop(store, options).campaign(contenders, seeds, watch)
    watched = AflStats(store.folder)
    for event in events:
        if isinstance(event, CampaignEnd):
            event = replace(event, held=store.held())  # noqa: PLW2901 - as it leaves here
            store.add_stats(event.stats)
        elif isinstance(event, StatsLine):
            store.add_stats(event)
        watched.note(event)
        yield event


def _together(
    contenders: Sequence[Contender], seeds: Sequence[bytes], store: Store, options: CampaignOptions, watch: Watch
) -> Iterator[CampaignEvent]:
    fleet = Fleet(contenders, seeds, store, options)
    try:
        yield from fleet.run(watch)
    finally:
        fleet.close()
