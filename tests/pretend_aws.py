"""SQS, SNS and EventBridge as their wire protocols have them: a server with their rules, and a memory."""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs

_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=key/\d{8}/[a-z0-9-]+/(sqs|sns|events)/aws4_request, SignedHeaders="
)
_DEDUP = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,./:;<=>?@\[\\\]^_`{|}~-]{1,128}")


@dataclass
class Message:
    body: str
    group: str = ""
    dedup: str = ""
    receipt: str = ""
    seen: int = 0


@dataclass
class PretendAws:
    """What each service was given. `trouble` is a code that every call is answered with."""

    endpoint: str = ""
    queue: list[Message] = field(default_factory=list)
    topic: list[Message] = field(default_factory=list)
    bus: list[dict[str, Any]] = field(default_factory=list)
    trouble: tuple[int, str] | None = None
    entry_trouble: str = ""
    lock: Lock = field(default_factory=Lock)

    def put(self, where: list[Message], said: dict[str, Any], name: str, body: str) -> tuple[int, str] | None:
        message = Message(body, said.get("MessageGroupId", ""), said.get("MessageDeduplicationId", ""))
        if name.endswith(".fifo"):
            if not message.group or not _DEDUP.fullmatch(message.dedup):
                return 400, "InvalidParameterValue"
            if any(message.dedup == one.dedup for one in where):
                return None
        elif message.group:
            return 400, "InvalidParameterValue"
        where.append(message)
        return None


class _Service(BaseHTTPRequestHandler):
    aws: PretendAws

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if not _SIGNED.match(self.headers.get("Authorization", "")):
            return self.fault(403, "AccessDeniedException")
        target = self.headers.get("X-Amz-Target", "")
        with self.aws.lock:
            if self.aws.trouble:
                return self.fault(*self.aws.trouble)
            if not target:
                return self.sns({name: values[0] for name, values in parse_qs(raw.decode()).items()})
            getattr(self, target.rpartition(".")[2])(json.loads(raw))
            return None

    def SendMessage(self, said: dict[str, Any]) -> None:  # noqa: N802  # AWS's own name
        refused = self.aws.put(self.aws.queue, said, said["QueueUrl"], said["MessageBody"])
        if refused:
            return self.fault(*refused)
        digest = hashlib.md5(said["MessageBody"].encode(), usedforsecurity=False).hexdigest()
        return self.answer({"MessageId": str(uuid.uuid4()), "MD5OfMessageBody": digest})

    def ReceiveMessage(self, said: dict[str, Any]) -> None:  # noqa: N802  # as above
        given = [one for one in self.aws.queue if not one.receipt][: said.get("MaxNumberOfMessages", 1)]
        for one in given:
            one.receipt, one.seen = uuid.uuid4().hex, one.seen + 1
        self.answer({"Messages": [_received(one) for one in given]})

    def DeleteMessage(self, said: dict[str, Any]) -> None:  # noqa: N802  # as above
        self.aws.queue[:] = [one for one in self.aws.queue if one.receipt != said["ReceiptHandle"]]
        self.answer({})

    def PutEvents(self, said: dict[str, Any]) -> None:  # noqa: N802  # as above
        if self.aws.entry_trouble:
            failed = {"ErrorCode": self.aws.entry_trouble, "ErrorMessage": "no"}
            return self.answer({"FailedEntryCount": 1, "Entries": [failed]})
        self.aws.bus += said["Entries"]
        return self.answer({"FailedEntryCount": 0, "Entries": [{"EventId": str(uuid.uuid4())}]})

    def sns(self, said: dict[str, str]) -> None:
        refused = self.aws.put(self.aws.topic, said, said["TopicArn"], said["Message"])
        if refused:
            return self.fault(*refused)
        made = f"<PublishResult><MessageId>{uuid.uuid4()}</MessageId></PublishResult>"
        return self.written(200, "text/xml", f"<PublishResponse>{made}</PublishResponse>")

    def fault(self, status: int, code: str) -> None:
        if self.headers.get("X-Amz-Target"):
            self.written(status, "application/x-amz-json-1.0", json.dumps({"__type": code}))
        else:
            self.written(
                status, "text/xml", f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"
            )

    def answer(self, body: dict[str, Any]) -> None:
        self.written(200, "application/x-amz-json-1.0", json.dumps(body))

    def written(self, status: int, media: str, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def _received(message: Message) -> dict[str, Any]:
    digest = hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest()
    return {
        "MessageId": message.receipt,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": digest,
        "Body": message.body,
        "Attributes": {"ApproximateReceiveCount": str(message.seen)},
    }


@contextmanager
def pretend_aws() -> Iterator[PretendAws]:
    aws = PretendAws()
    service = type("Service", (_Service,), {"aws": aws})
    with ThreadingHTTPServer(("127.0.0.1", 0), service) as web:
        Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        aws.endpoint = f"http://127.0.0.1:{web.server_port}"
        yield aws
        web.shutdown()
