import pytest

from rest.cursors import Position
from rest.views import cut

pytestmark = pytest.mark.once


def after(key):
    return Position((key,), backward=False)


def before(key):
    return Position((key,), backward=True)


@pytest.mark.parametrize(
    ("rows", "position", "page"),
    [
        ("", None, (None, "", None)),
        ("ab", None, (None, "ab", None)),
        ("abc", None, (None, "ab", after("b"))),
        ("bc", after("a"), (before("b"), "bc", None)),
        ("bcd", after("a"), (before("b"), "bc", after("c"))),
        ("cb", before("d"), (None, "bc", after("c"))),
        ("cba", before("d"), (before("b"), "bc", after("c"))),
        ("", after("z"), (None, "", None)),
        ("", before("a"), (None, "", None)),
    ],
)
def test_page_is_cut_in_order_between_its_neighbours(rows, position, page):
    left, cut_rows, right = cut([(row,) for row in rows], position, 2, 1)
    assert (left, "".join(row for (row,) in cut_rows), right) == page
