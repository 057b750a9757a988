"""Which systems need funnels of our own."""

from services.domain.integration import Ability


def makes_funnels(abilities: frozenset[Ability]) -> bool:
    """It gives calls and knows no funnels: people make them here."""
    return Ability.GIVES_CALLS in abilities and Ability.LISTS_FUNNELS not in abilities
