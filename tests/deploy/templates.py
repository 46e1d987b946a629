"""The templates as data, with CloudFormation's short forms written out."""

from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "deploy/cloudformation"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


class Loader(yaml.SafeLoader):
    """YAML with !Ref, !Sub and the others; dates stay text."""


def short(loader, tag, node):
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if tag == "GetAtt" else value}
    made = loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_mapping
    return {name: made(node, deep=True)}


Loader.add_multi_constructor("!", short)
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def template(name):
    return yaml.load((FOLDER / f"{name}.yaml").read_text(), Loader)


def resources(*kinds):
    """Yield (template, logical name, resource) of some types, or of all."""
    for name in NAMES:
        for logical, found in template(name)["Resources"].items():
            if not kinds or found["Type"] in kinds:
                yield name, logical, found


def inside(found):
    """Yield a value and every value within it."""
    yield found
    values = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    for value in values:
        yield from inside(value)


def texts(found):
    return [value for value in inside(found) if isinstance(value, str)]
