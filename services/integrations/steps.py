"""Which value the connect dialogue asks for next, which one before, and how far it has come."""

from collections.abc import Collection, Mapping

from services.integrations.entry import CatalogueEntry, Step


def is_asked(step: Step, values: Mapping[str, str]) -> bool:
    return step.only_if is None or values.get(step.only_if[0]) in step.only_if[1:]


def next_step(entry: CatalogueEntry, values: Mapping[str, str], skipped: Collection[str] = ()) -> Step | None:
    """None: everything is there, the account can be tried."""
    for step in entry.steps:
        if step.field not in values and step.field not in skipped and is_asked(step, values):
            return step
    return None


def step_before(entry: CatalogueEntry, values: Mapping[str, str], step: Step) -> Step | None:
    """The step that "back" returns to, answered or skipped; None: this one is the first."""
    earlier = [one for one in entry.steps[: entry.steps.index(step)] if is_asked(one, values)]
    return earlier[-1] if earlier else None


def still_asked(entry: CatalogueEntry, values: Mapping[str, str]) -> dict[str, str]:
    """The values without those that another choice has made void."""
    asked = [step.field for step in entry.steps if step.field in values and is_asked(step, values)]
    kept = {field: values[field] for field in asked}
    return kept if len(kept) == len(values) else still_asked(entry, kept)


def progress(entry: CatalogueEntry, values: Mapping[str, str], step: Step) -> tuple[int, int | None]:
    """(this step's number, how many there are); None while a choice that decides on it is still to be made."""
    asked = [one for one in entry.steps if is_asked(one, values)]
    decided_by = {one.only_if[0] for one in entry.steps if one.only_if is not None}
    is_known = all(one.field in values for one in asked if one.field in decided_by)
    return asked.index(step) + 1, len(asked) if is_known else None


def last_typed(entry: CatalogueEntry, values: Mapping[str, str]) -> Step | None:
    """The step that a message sent after a failed check replaces."""
    typed = [
        step
        for step in entry.steps
        if not step.choices and not step.link and step.field in values and is_asked(step, values)
    ]
    return typed[-1] if typed else None


def linked(entry: CatalogueEntry, values: Mapping[str, str]) -> Step | None:
    """The step of these values that was answered on the system's own page."""
    return next((step for step in entry.steps if step.link and step.field in values), None)


def leads_to_link(entry: CatalogueEntry, step: Step, choice: str) -> bool:
    """This choice asks for the system's own page: of no use where nobody can be sent back to us."""
    asked = {step.field: choice}
    return any(one.link and one.only_if is not None and is_asked(one, asked) for one in entry.steps)
