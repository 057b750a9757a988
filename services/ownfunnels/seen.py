"""Values that were really there in the latest calls: offered as buttons, the most frequent first."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.domain.call import Direction, FoundCall, Trait
from services.ownfunnels.conditions import Wanted, What

MOST = 40
"""Of one kind; whatever else there is can be typed."""
LEAST = 2
"""A beginning of file names is worth a button when so many share it."""
DIRECTIONS = (Wanted(Direction.INCOMING), Wanted(Direction.OUTGOING))
_BEGINNING = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Seen:
    values: Mapping[What, tuple[Wanted, ...]]
    file_names: tuple[str, ...]
    """A few, as examples."""
    possible: tuple[What, ...]
    """What such a system may tell at all."""

    @property
    def kinds(self) -> tuple[What, ...]:
        """What this system tells of its calls; whatever it may tell while there were no calls to look at."""
        named = {What.FILE_NAME} if self.file_names else set()
        told = tuple(what for what in What if self.values.get(what) or what in named)
        return told or self.possible


def seen_in(calls: Sequence[FoundCall], traits: frozenset[Trait]) -> Seen:
    """`traits` are what such a system may tell beside the usual."""
    values = {what: _most(calls, read) for what, read in _READ.items()}
    told = any(one.direction is not Direction.UNKNOWN for one in calls)
    values[What.DIRECTION] = DIRECTIONS if told else ()
    names = Counter(_trait(one, Trait.FILE_NAME) for one in calls)
    names.pop("", None)
    values[What.FILE_NAME] = _patterns(names)
    possible = tuple(what for what in What if what not in _TRAITS or _TRAITS[what] in traits)
    return Seen(values, tuple(name for name, _ in names.most_common(3)), possible)


def _most(calls: Sequence[FoundCall], read: Callable[[FoundCall], Iterator[Wanted]]) -> tuple[Wanted, ...]:
    counts = Counter(wanted for call in calls for wanted in read(call) if wanted.text)
    return tuple(wanted for wanted, _ in counts.most_common(MOST))


def _trait(call: FoundCall, trait: Trait) -> str:
    return str(call.traits.get(trait) or "")


def _line(call: FoundCall) -> Iterator[Wanted]:
    yield Wanted(_trait(call, Trait.LINE))


def _extension(call: FoundCall) -> Iterator[Wanted]:
    yield Wanted(_trait(call, Trait.EXTENSION))


def _employee(call: FoundCall) -> Iterator[Wanted]:
    yield Wanted(call.manager_name or call.manager_id, call.manager_id)


def _folders(call: FoundCall) -> Iterator[Wanted]:
    """The folder of the call and those around it: a rule for a department is one for all inside."""
    folder = _trait(call, Trait.FOLDER).rstrip("/")
    while folder and folder not in ("/", "disk:", "disk:/"):
        yield Wanted(folder)
        folder = folder.rpartition("/")[0]


def _patterns(names: Mapping[str, int]) -> tuple[Wanted, ...]:
    beginnings: Counter[str] = Counter()
    for name, count in names.items():
        found = _BEGINNING.match(name)
        if found is not None:
            beginnings[found.group()] += count
    return tuple(Wanted(f"{one}*") for one, count in beginnings.most_common(MOST) if count >= LEAST)


_TRAITS = {
    What.LINE: Trait.LINE,
    What.EXTENSION: Trait.EXTENSION,
    What.FOLDER: Trait.FOLDER,
    What.FILE_NAME: Trait.FILE_NAME,
}
"""The others stand in every call."""
_READ: dict[What, Callable[[FoundCall], Iterator[Wanted]]] = {
    What.LINE: _line,
    What.EXTENSION: _extension,
    What.EMPLOYEE: _employee,
    What.FOLDER: _folders,
}
