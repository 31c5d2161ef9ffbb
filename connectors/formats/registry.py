"""A schema registry over HTTP: a schema's id, or a subject's version, in; the schema as text out.

The API is Confluent's, which others speak, too. Schemas never change under their id, so each is asked for once.
"""

import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import msgspec

from connectors.sinks.cutoff import Cutoff, watched_by
from monitor.errors import RegistryAwayError

CONNECT_S = 3.0
WITHIN_S = 8.0  # of the whole answer: far below the time after which Kafka takes us for dead
LARGEST = 8 * 1024**2  # bytes of an answer
UNKNOWN_FOR_S = 60.0  # how long an id that was unknown is not asked for again
MOST_UNKNOWN = 10_000  # of them that are remembered: any four bytes of a record are an id
_NOT_FOUND = {40401, 40402, 40403}  # a subject, a version, a schema that the registry does not know
_ACCEPT = "application/vnd.schemaregistry.v1+json, application/json"


class UnknownSchemaError(Exception):
    """The registry answered, and does not know the schema."""


class Reference(NamedTuple):
    """Another schema that one names."""

    subject: str
    version: int


class RegisteredSchema(NamedTuple):
    """A schema as it was registered; `kind` is AVRO, JSON or PROTOBUF."""

    kind: str
    text: str
    references: Sequence[Reference] = ()


class SchemaRegistry:
    """Asks the registry at `url`, each thing once. No message holds more of the address than its host.

    Args:
        url: where its API begins.
        auth: a user with a password.
        token: a bearer token.
        cafile: who signed its certificate, else the system's own list.
    """

    def __init__(
        self,
        url: str,
        *,
        auth: tuple[str, str] | None = None,
        token: str = "",
        cafile: str | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self.host = httpx.URL(self._url).netloc.decode().rpartition("@")[2]
        headers = {"accept": _ACCEPT, "user-agent": "anchorwatch", "accept-encoding": "identity"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        self._client = httpx.Client(
            auth=auth,
            headers=headers,
            verify=ssl.create_default_context(cafile=cafile) if cafile else True,
            timeout=httpx.Timeout(WITHIN_S, connect=CONNECT_S),
            trust_env=False,
        )
        self._known: dict[str, RegisteredSchema] = {}
        self._unknown: dict[str, float] = {}

    def schema(self, number: int) -> RegisteredSchema:
        """The schema with this id.

        Raises:
            UnknownSchemaError: the registry does not know the id.
            RegistryAwayError: it is out of reach, or refuses us.
        """
        return self._once(f"/schemas/ids/{number}")

    def version(self, subject: str, version: int) -> RegisteredSchema:
        """A version of a subject.

        Raises:
            UnknownSchemaError: the registry knows no such subject or version.
            RegistryAwayError: it is out of reach, or refuses us.
        """
        return self._once(f"/subjects/{_escaped(subject)}/versions/{version}")

    def ping(self) -> None:
        """Make sure that it answers us.

        Raises:
            RegistryAwayError: it is out of reach, or refuses us.
        """
        self._ask("/subjects?limit=1")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _once(self, path: str) -> RegisteredSchema:
        if path in self._known:
            return self._known[path]
        if time.monotonic() < self._unknown.get(path, 0.0):
            raise UnknownSchemaError
        try:
            answer = self._ask(path)
        except UnknownSchemaError:
            self._unknown[path] = time.monotonic() + UNKNOWN_FOR_S
            if len(self._unknown) > MOST_UNKNOWN:
                del self._unknown[next(iter(self._unknown))]
            raise
        self._known[path] = self._read(answer)
        return self._known[path]

    def _ask(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON it answers
        where = f"the schema registry at {self.host}"
        try:
            with (
                Cutoff(WITHIN_S) as cutoff,
                self._client.stream(
                    "GET", self._url + path, extensions={"trace": watched_by(cutoff)}, follow_redirects=False
                ) as answer,
            ):
                status, body = answer.status_code, _body(answer)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise RegistryAwayError(
                f"{where} does not answer ({type(error).__name__}). The records that need it wait."
                " Check kafka.schema_registry."
            ) from error
        content = _json(body)
        if status == httpx.codes.OK and content is not None:
            return content
        if status == httpx.codes.NOT_FOUND and _code(content) in _NOT_FOUND:
            raise UnknownSchemaError
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise RegistryAwayError(
                f"{where} refuses us: it answered {status}. The records that need it wait. Check"
                " kafka.schema_registry: username and password, or token."
            )
        raise RegistryAwayError(
            f"{where} answered {status}, which is no answer of a schema registry. The records that need it wait."
            " Check kafka.schema_registry.url."
        )

    def _read(self, answer: object) -> RegisteredSchema:
        try:
            given: Mapping[str, Any] = dict(answer)  # type: ignore[call-overload]
            references = [
                Reference(str(each["subject"]), int(each["version"]))
                for each in given.get("references") or ()
            ]
            return RegisteredSchema(str(given.get("schemaType") or "AVRO"), given["schema"], references)
        except (TypeError, ValueError, KeyError) as error:
            raise RegistryAwayError(
                f"the schema registry at {self.host} answered something that is no schema. Check"
                " kafka.schema_registry.url."
            ) from error


def _body(answer: httpx.Response) -> bytes:
    read = b""
    for chunk in answer.iter_raw():
        read += chunk
        if len(read) > LARGEST:
            raise httpx.DecodingError("longer than any schema")
    return read


def _json(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON it answers
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _code(content: object) -> object:
    return content.get("error_code") if isinstance(content, dict) else None


def _escaped(subject: str) -> str:
    return quote(subject, safe="")
