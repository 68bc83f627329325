"""prepare.py SPEC COPY: prints the operations of a contract as JSON, each with the statuses that it documents.

Writes a copy of the contract for the mock, which differs in five ways:
- A `default` response is the one of status 500, too: the mock knows statuses by their number only.
- Signing out asks for nothing but what its text says, a session's cookie, for which these contracts have no scheme.
- A node of Flux's syntax tree may be valid as several kinds of node, not as one alone: since none of their members is
  required, it always is.
- In 1.x, a query by POST is answered with the example of one by GET: its own is made of the schema, with an error.
- In 3.x, a time of `hard_delete_at` may be one of the words that its text names."""

import json
import sys

import yaml


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Leaves times the text that they are."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in Loader.yaml_implicit_resolvers.items()
}

with open(sys.argv[1], encoding="utf8") as file:
    spec = yaml.load(file, Loader)


def loosen(part, seen):
    """Makes `anyOf` of each `oneOf` of a schema and of those that it refers to."""
    if isinstance(part, list):
        for item in part:
            loosen(item, seen)
    elif isinstance(part, dict):
        if "oneOf" in part:
            part["anyOf"] = part.pop("oneOf")
        name = part.get("$ref", "").removeprefix("#/components/schemas/")
        if name and name not in seen:
            seen.add(name)
            loosen(spec["components"]["schemas"][name], seen)
        for item in part.values():
            loosen(item, seen)


loosen(spec["components"]["schemas"].get("File"), set())
spec["paths"].get("/api/v2/signout", {}).get("post", {})["security"] = []

query = spec["paths"].get("/query", {})
if query.get("post", {}).get("operationId") == "PostQuery":
    query["post"]["responses"]["200"] = query["get"]["responses"]["200"]

for path in "/api/v3/configure/database", "/api/v3/configure/table":
    for parameter in spec["paths"].get(path, {}).get("delete", {}).get("parameters", []):
        if parameter.get("name") == "hard_delete_at":
            del parameter["schema"]["format"]

operations = {}
for path, item in spec["paths"].items():
    for method, operation in item.items():
        if not isinstance(operation, dict):
            continue  # what all methods of the path share
        responses = operation["responses"]
        if "default" in responses:
            responses.setdefault("500", responses["default"])
        statuses = [int(status) for status in responses if status.isdigit()]
        operations[operation["operationId"]] = statuses

with open(sys.argv[2], "w", encoding="utf8") as file:
    json.dump(spec, file, ensure_ascii=False)
print(json.dumps(operations))
