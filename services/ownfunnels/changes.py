"""Changes of the rules as plain functions: a preview and the saving go through the same one."""

from collections.abc import Callable
from dataclasses import replace

from services.errors import NotFound
from services.ownfunnels.rules import NEW, Rule

Rules = tuple[Rule, ...]
Change = Callable[[Rules], Rules]
"""Raises NotFound when what it is about is gone."""


def put(rule: Rule) -> Change:
    """Saves a rule: a known one in its place, a new one above the default. There is only one default."""

    def change(rules: Rules) -> Rules:
        if rule.is_default:
            others = tuple(one for one in rules if not one.is_default)
            known = next((one for one in rules if one.is_default), None)
            return (*others, replace(rule, id=known.id if known is not None else NEW))
        if rule.id != NEW:
            _index(rules, rule.id)
            return tuple(rule if one.id == rule.id else one for one in rules)
        others = tuple(one for one in rules if not one.is_default)
        return (*others, rule, *rules[len(others) :])

    return change


def without(rule_id: int) -> Change:
    def change(rules: Rules) -> Rules:
        index = _index(rules, rule_id)
        return (*rules[:index], *rules[index + 1 :])

    return change


def without_default(rules: Rules) -> Rules:
    """What no rule takes stands in no funnel from now on."""
    return tuple(one for one in rules if not one.is_default)


def moved(rule_id: int, to: int) -> Change:
    """To that place among the rules, counted from 0; the default stays last."""

    def change(rules: Rules) -> Rules:
        rule = rules[_index(rules, rule_id)]
        others = [one for one in rules if one.id != rule_id and not one.is_default]
        if not rule.is_default:
            others.insert(max(0, to), rule)
        return (*others, *(one for one in rules if one.is_default))

    return change


def without_funnel(funnel_id: int) -> Change:
    return lambda rules: tuple(one for one in rules if one.goal.funnel_id != funnel_id)


def _index(rules: Rules, rule_id: int) -> int:
    for index, one in enumerate(rules):
        if one.id == rule_id:
            return index
    raise NotFound(f"route {rule_id}")
