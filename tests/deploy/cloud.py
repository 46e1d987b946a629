"""AWS on loopback: moto's server, which makes stacks of our templates, with what it lacks for that.

A resource is made by one call of its service (cloud_types): CloudFormation's properties and the parameters
of the call have the same names, but for their first letter, so the service's model in botocore checks them
all. Where moto does not know the operation, they are checked and kept in `kept`.
"""

import contextlib
import functools
import ipaddress
import logging
from pathlib import Path

import boto3
import pytest
from botocore.validate import ParamValidator
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.moto_api._internal import moto_api_backend
from moto.server import ThreadedMotoServer

ACCOUNT, REGION = "123456789012", "us-east-1"
TEMPLATES = Path(__file__).parents[2] / "deploy/cloudformation"

kept = {}
"""{(type, name): the parameters} of what was made or checked."""

moto_resolves = parsing.clean_json
logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request


@contextlib.contextmanager
def aws():
    """Run AWS for the length of a `with`, in the environment of this process and its children."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        host, port = server.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "tests")
        patch.setattr(parsing, "clean_json", resolve)
        try:
            yield
        finally:
            server.stop()
            client.cache_clear()
            moto_api_backend.reset()
            kept.clear()


@functools.cache
def client(service):
    return boto3.client(service)


def create_stack(name, archive="weather", template=None, **parameters):
    """Create the stack of a template; return its outputs."""
    body = (TEMPLATES / f"{template or name}.yaml").read_text()
    given = [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in parameters.items()]
    given.append({"ParameterKey": "Archive", "ParameterValue": archive})
    cloudformation = client("cloudformation")
    stack = f"{archive}-{name}"
    capabilities = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    cloudformation.create_stack(
        StackName=stack, TemplateBody=body, Parameters=given, Capabilities=capabilities
    )
    (made,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    assert made["StackStatus"] == "CREATE_COMPLETE"
    return {output["OutputKey"]: output["OutputValue"] for output in made.get("Outputs", ())}


def resolve(found, resources):
    """Resolve what moto does not: Fn::Cidr, attributes of attributes, AWS::NoValue in a list."""
    if isinstance(found, list):
        return [value for value in (resolve(item, resources) for item in found) if value is not None]
    if isinstance(found, dict) and len(found.get("Fn::GetAtt", ())) > 2:
        logical, *attribute = found["Fn::GetAtt"]
        return moto_resolves({"Fn::GetAtt": [logical, ".".join(attribute)]}, resources)
    if isinstance(found, dict) and "Fn::Cidr" in found:
        network, count, bits = (resolve(part, resources) for part in found["Fn::Cidr"])
        subnets = ipaddress.ip_network(network).subnets(new_prefix=32 - int(bits))
        return [str(next(subnets)) for _ in range(int(count))]
    return moto_resolves(found, resources)


def teach(kind, call, given=dict, name=None, attribute=None, known=True, then=None):
    """Teach moto a type of CloudFormation.

    `call` is "service.operation", None for what cfn-lint alone checks, `given(properties)` its parameters.
    `name(parameters, answer)` is what Ref gives, `attribute(parameters, answer, name)` what GetAtt gives.
    `known`: moto knows the operation. `then(properties, name)` makes calls that follow.
    """

    def create(cls, _, document, account, region, **about):
        self = cls()
        self.logical = about["LogicalId"]
        self.parameters, self.answer = make(call, given(document["Properties"]), known)
        self.physical_resource_id = name(self.parameters, self.answer) if name else self.logical
        kept[kind, self.parameters.get("serviceName") or self.physical_resource_id] = self.parameters
        if then:
            then(document["Properties"], self.physical_resource_id)
        return self

    def update(cls, original, _, document, account, region):
        return create(cls, _, document, account, region, LogicalId=original.logical)

    def value(self, wanted):
        found = attribute and attribute(self.parameters, self.answer, wanted)
        return found or f"{wanted}-of-{self.physical_resource_id}"

    members = {
        "cloudformation_type": staticmethod(lambda: kind),
        "cloudformation_name_type": staticmethod(lambda: ""),
        "has_cfn_attr": classmethod(lambda cls, name: True),
        "get_cfn_attribute": value,
        "create_from_cloudformation_json": classmethod(create),
        "update_from_cloudformation_json": classmethod(update),
        "delete_from_cloudformation_json": classmethod(lambda cls, *_: None),
        "is_created": lambda self: True,
    }
    type(kind, (CloudFormationModel,), members)
    for cached in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cached.cache_clear()


def make(call, parameters, known):
    """Call a service, or only check the parameters; return them, and the answer."""
    if call is None:
        return parameters, {}
    call = call(parameters) if callable(call) else call
    service, operation = call.split(".")
    meta = client(service).meta
    shape = meta.service_model.operation_model(meta.method_to_api_mapping[operation]).input_shape
    parameters = typed(shape, parameters)
    if known:
        return parameters, getattr(client(service), operation)(**parameters)
    report = ParamValidator().validate(parameters, shape)
    assert not report.has_errors(), f"{call}: {report.generate_report()}"
    return parameters, {}


def typed(shape, found):
    """Make numbers and booleans of the text that a stack's parameters are, as CloudFormation does."""
    if isinstance(found, list):
        return [typed(getattr(shape, "member", None), value) for value in found]
    if isinstance(found, dict):
        members = getattr(shape, "members", {})
        return {name: typed(members.get(name, getattr(shape, "value", None)), found[name]) for name in found}
    made = {"boolean": lambda text: text in (True, "true"), "double": float, "float": float, "string": str}
    made |= dict.fromkeys(("integer", "long"), int)
    return made.get(getattr(shape, "type_name", None), lambda value: value)(found)


def lower(found):
    """Begin every name with a small letter, as some services want it."""
    if isinstance(found, dict):
        return {name[0].lower() + name[1:]: lower(value) for name, value in found.items()}
    return [lower(value) for value in found] if isinstance(found, list) else found


def without(*names):
    return lambda properties: {name: value for name, value in properties.items() if name not in names}


check = functools.partial(teach, known=False)
keep = functools.partial(teach, call=None)
