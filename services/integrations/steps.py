"""Which value the connect dialogue asks for next."""

from collections.abc import Collection, Mapping

from services.integrations.base import CatalogueEntry, Step


def is_asked(step: Step, values: Mapping[str, str]) -> bool:
    return step.only_if is None or values.get(step.only_if[0]) == step.only_if[1]


def next_step(entry: CatalogueEntry, values: Mapping[str, str], skipped: Collection[str] = ()) -> Step | None:
    """None: everything is there, the account can be tried."""
    for step in entry.steps:
        if step.field not in values and step.field not in skipped and is_asked(step, values):
            return step
    return None


def last_typed(entry: CatalogueEntry, values: Mapping[str, str]) -> Step | None:
    """The step that a message sent after a failed check replaces."""
    typed = [step for step in entry.steps if not step.choices and step.field in values and is_asked(step, values)]
    return typed[-1] if typed else None
