import pytest


def failure(call, *arguments, kind=OSError):
    """Return what the error says that a call raises."""
    with pytest.raises(kind) as failed:
        call(*arguments)
    return str(failed.value)
