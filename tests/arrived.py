"""Events that bring requests, as another program would send them."""

import json
from datetime import datetime
from typing import Any

from dsar.webhooks import signed
from tests.people import ADA_EMAIL
from tests.receiver import SECRET

ASKED = {"right": "access", "regime": "UK-ENG", "email": ADA_EMAIL}


def event(**more: Any) -> dict[str, Any]:
    told = {"specversion": "1.0", "id": "e-1", "source": "/forms/privacy", "type": "dsar.request.received"}
    return {**told, "data": ASKED, **more}


def body(**more: Any) -> bytes:
    return json.dumps(event(**more)).encode()


def headers(sent: bytes, at: datetime, **more: str) -> dict[str, str]:
    media = {"content-type": "application/cloudevents+json"}
    return {**signed(SECRET, "msg-1", at, sent), **media, **more}
