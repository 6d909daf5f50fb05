"""The vectors of vault-engine: the payloads of items."""

import json

from coffer_v1 import items
from suite import same


def item(i, expected):
    same(items.read_payload(i["payload"]), json.loads(expected["text"]))


VALID = {"item": item}
INVALID = {"item": lambda i: items.read_payload(i["payload"])}
