"""Sends every operation of the OpenAPI document in the forms that it describes, right and wrong, and compares each
response with the document: its status, media type, headers and body.

    apt-get install python3-requests python3-jsonschema
    TOKEN=… python3 check_openapi.py ORG PROJECT TASK RUN FILE
"""

import sys
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import requests
from jsonschema import Draft202012Validator
from settings import from_environment

PATH_PARAMETERS = ["org_id", "project_id", "task_id", "task_run_id", "file_name"]
FETCH_RUN = "/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run/{task_run_id}"
UNKNOWN_ID = "01a00000-0000-7000-8000-000000000000"
HEADERS_OF_HTTP = {
    *("accept-ranges", "connection", "content-encoding", "content-length", "content-type", "date"),
    *("keep-alive", "transfer-encoding", "vary"),
}
WITHOUT_TOKEN = {"Authorization": None}


class Api:
    """Sends requests, and keeps where the responses are not as the document says."""

    def __init__(self, url, token):
        self.session = requests.Session()
        self.document = self.session.get(f"{url}/openapi.json", timeout=30).json()
        self.url = self.document["servers"][0]["url"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.faults = []
        self.statuses = Counter()

    def send(self, method, operation, path, what, **request):
        options = {"timeout": 30, "stream": True, "allow_redirects": False}
        with self.session.request(method, self.url + path, **options, **request) as response:
            self.statuses[response.status_code] += 1
            title = f"{operation['operationId']}, {what}"
            self.faults += [f"{title}: {response.status_code} {fault}" for fault in self.check(operation, response)]
            return response

    def resolve(self, described):
        """Follows a reference to a parameter, a response or a header."""
        if "$ref" not in described:
            return described
        _, _, kind, name = described["$ref"].split("/")
        return self.document["components"][kind][name]

    def check(self, operation, response):
        described = operation["responses"].get(str(response.status_code))
        if described is None:
            yield "is not described"
            return
        described = self.resolve(described)
        headers = {name.lower(): self.resolve(header)["schema"] for name, header in described["headers"].items()}
        for name, value in response.headers.items():
            schema = headers.get(name.lower())
            if schema is not None:
                is_number = schema["type"] == "integer" and value.isdecimal()
                yield from self.mismatches(name, schema, int(value) if is_number else value)
            elif name.lower() not in HEADERS_OF_HTTP:
                yield f"has the header {name}, which is not described"
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        # A stream of events has no end.
        is_stream = media_type == "text/event-stream" and response.request.method == "GET"
        body = next(response.iter_content(None)) if is_stream else response.content
        content = described.get("content")
        if content is None:
            if body:
                yield "has a body, and none is described"
        elif media_type == "application/json" and media_type in content:
            yield from self.mismatches("the body", content[media_type]["schema"], response.json())
        elif media_type not in content and "*/*" not in content:
            yield f"has the media type {media_type or 'none'}, which is not described"

    def mismatches(self, what, schema, value):
        whole = {**schema, "components": self.document["components"]}
        for error in Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(value):
            yield f"has in {what} at {error.json_path}: {error.message[:200]}"


def values_of(schema, known):
    """Values of a parameter that its schema allows, and last one that it does not."""
    match schema:
        case {"enum": values}:
            return [*values, "none of them"]
        case {"type": "boolean"}:
            return ["true", "off", "perhaps"]
        case {"type": "integer", "minimum": least, "maximum": most}:
            return [least, most, least - 1]
        case {"type": "number"}:
            return ["0", "1.5", "much"]
        case {"type": "array", "items": items}:
            return [values_of(items, known)[:2], values_of(items, known)[-1]]
        case {"pattern": _}:
            return [known, "42"]
    # What else a text may be, the schema does not say.
    return [*schema.get("examples", []), *([schema["default"]] if "default" in schema else []), "2026-10-30", "?"]


def with_parameters(described, known):
    for parameter in described:
        if parameter["in"] == "query":
            name = parameter["name"]
            examples = [parameter["example"]] if "example" in parameter else []
            for value in values_of({**parameter["schema"], "examples": examples}, known.get(name, UNKNOWN_ID)):
                yield f"{name}={value}", {"params": {name: value}}
    yield "an unknown parameter", {"params": {"unknown": "1"}}
    yield "a long URL", {"params": {"unknown": "1" * 9000}}


def with_headers(responses, media_types, etag):
    for media_type in media_types:
        yield f"Accept: {media_type}", {"Accept": media_type}
    if "304" in responses:
        for version in filter(None, [etag, "*", '"another"']):
            yield f"If-None-Match: {version}", {"If-None-Match": version}
    if "206" in responses:
        for span in ["bytes=0-9", "bytes=-1", "bytes=99999999999-", "lines=1-2"]:
            yield f"Range: {span}", {"Range": span}
            yield f"Range: {span}, If-Range", {"Range": span, "If-Range": etag}
    yield "no token", WITHOUT_TOKEN
    yield "a bad token", {"Authorization": "Bearer no.such.token"}
    yield "long headers", {"X-Long": "1" * 70000}


def with_bodies(operation):
    content = operation["requestBody"]["content"]["application/json"]
    for name in content["schema"]["properties"]:
        yield f"{name} of another type", {"json": {**content["example"], name: {}}}
    yield "an empty body", {"json": {}}
    yield "a list", {"json": []}
    yield "no JSON", {"data": "{", "headers": {"Content-Type": "application/json"}}
    yield "a form", {"data": {"permissions": "1"}}
    yield "a large body", {"json": {"large": "1" * 1048576}}


def check_operation(api, template, method, media_types, known):
    operation = api.document["paths"][template][method]
    path = template.format(**known)
    request = {}
    if "requestBody" in operation:
        request = {"json": operation["requestBody"]["content"]["application/json"]["example"]}
        for what, body in with_bodies(operation):
            api.send(method, operation, path, what, **body)
    first = api.send(method, operation, path, "as it is", **request)
    if not first.ok:
        api.faults.append(f"{operation['operationId']}: is rejected with {first.status_code}")
    for name in PATH_PARAMETERS:
        if f"{{{name}}}" in template:
            for value in [UNKNOWN_ID, "42"]:
                other = template.format(**{**known, name: value})
                api.send(method, operation, other, f"{name} {value}", **request)
    for what, parameters in with_parameters(map(api.resolve, operation["parameters"]), known):
        api.send(method, operation, path, what, **request, **parameters)
    headers = list(with_headers(operation["responses"], media_types, first.headers.get("ETag")))
    for what, more in headers:
        api.send(method, operation, path, what, **request, headers=more)
    if {"link": []} in operation["security"]:
        run = api.session.get(api.url + FETCH_RUN.format(**known), timeout=30).json()
        [url] = [file["download_url"] for file in run["files"] if file["name"] == known["file_name"]]
        signature = parse_qs(urlsplit(url).query)
        for what, more in [("as it is", {}), *headers]:
            api.send(method, operation, path, f"by link, {what}", params=signature, headers={**more, **WITHOUT_TOKEN})
        api.send(method, operation, path, "by a forged link", params={**signature, "expires": "1"}, headers=WITHOUT_TOKEN)


def main():
    known = dict(zip(PATH_PARAMETERS, sys.argv[1:], strict=True))
    api = Api(*from_environment())
    operations = 0
    for template, methods in api.document["paths"].items():
        described = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        for method in methods:
            check_operation(api, template, method, list(described), known)
            operations += 1
    print(f"{operations} operations, {api.statuses.total()} requests")
    print(", ".join(f"{status}: {count}" for status, count in sorted(api.statuses.items())))
    if api.faults:
        sys.exit("\n".join(api.faults))


main()
