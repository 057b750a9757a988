"""Every kind of integration the product knows."""

from collections.abc import Mapping

from services.domain.integration import Kind
from services.integrations import amocrm, bitrix24, macrocrm, mts, novofon, yandex_disk
from services.integrations.entry import CatalogueEntry

CATALOGUE: Mapping[Kind, CatalogueEntry] = {
    entry.kind: entry
    for entry in (
        bitrix24.INTEGRATION,
        amocrm.INTEGRATION,
        macrocrm.INTEGRATION,
        novofon.INTEGRATION,
        mts.INTEGRATION,
        yandex_disk.INTEGRATION,
    )
}
