"""The types of our templates that moto does not make, or not whole, each with the call that makes it."""

from tests.deploy.cloud_types import compute, data, network, operations

__all__ = ["compute", "data", "network", "operations"]
