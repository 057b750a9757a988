"""Every kind of integration the product knows."""

from collections.abc import Mapping

from services.domain.integration import Kind
from services.integrations import bitrix24, mts
from services.integrations.base import CatalogueEntry

CATALOGUE: Mapping[Kind, CatalogueEntry] = {entry.kind: entry for entry in (bitrix24.INTEGRATION, mts.INTEGRATION)}
