"""Workers whose broker goes away while they are at work. `make soak` does it to real ones."""

import pytest
from kombu import Connection
from kombu.transport.redis import Channel

from tests.services import valkey
from weatherproj import celery


@pytest.mark.once
def test_what_a_lost_connection_refuses_is_a_connection_error(monkeypatch):
    monkeypatch.setattr(Channel, "_connparams", Channel._connparams)  # in the end it is as it was
    celery.survive_a_lost_broker()
    with valkey() as url, Connection(url) as connection:
        channel, errors = connection.channel(), connection.connection_errors
        assert channel._connparams()["host"] == "127.0.0.1"
        for owner, part in ((channel.connection, "client"), (channel, "connection")):
            with (
                monkeypatch.context() as lost,
                pytest.raises(errors, match="connection to the broker is lost"),
            ):
                lost.setattr(owner, part, None)
                channel._connparams()
