"""Stand-ins of the outside world: Telegram, a Bitrix24 portal, a language and speech model.

Strict servers over real HTTP that both the demo and the tests run against.
Nothing here imports the product; only `tests/` and the demo command import this package.
"""
