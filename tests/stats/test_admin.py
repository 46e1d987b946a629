import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from stats.models import MonthlyStats, YearlyStats
from tests.factories import make_observations, make_station
from tests.pages import cells

pytestmark = pytest.mark.django_db

DAYS = [("1988-01-30", 11, -22, 254), ("1988-01-31", 12, -22, 1), ("1988-07-01", 350, None, 0)]


def url(name):
    return reverse(f"admin:stats_{name}_changelist")


def listed(client, name, query=""):
    return cells(client.get(url(name) + query).text)


@pytest.mark.parametrize("name", ["yearlystats", "monthlystats"])
def test_list_without_permission_is_forbidden(client, name):
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.get(url(name)).status_code == 403


@pytest.mark.parametrize("name", ["yearlystats", "monthlystats"])
def test_statistics_cannot_be_added_or_deleted(admin_client, name):
    make_observations(make_station(), *DAYS)
    pk = {"yearlystats": YearlyStats, "monthlystats": MonthlyStats}[name].objects.first().pk
    assert admin_client.post(reverse(f"admin:stats_{name}_add")).status_code == 403
    assert admin_client.post(reverse(f"admin:stats_{name}_delete", args=[pk])).status_code == 403
    assert admin_client.post(reverse(f"admin:stats_{name}_change", args=[pk])).status_code == 403
    assert admin_client.get(reverse(f"admin:stats_{name}_change", args=[pk])).status_code == 200


def test_years_are_listed_in_units(admin_client):
    make_observations(make_station(), *DAYS)
    means = ["12.43", "-2.20", "2.55"]
    extremes = ["35.0 on 1988-07-01", "-2.2 on 1988-01-31", "25.4 on 1988-01-30"]
    assert listed(admin_client, "yearlystats") == [
        [
            *("USC00110072", "1988", "all", *means, "3/2/3 of 366", *extremes),
            "183 (simple)/335 (simple)/183 (simple)",
        ]
    ]


def test_months_are_listed_in_units(admin_client):
    make_observations(make_station(), *DAYS)
    january = ["1.15", "-2.20", "2.55", "2/2/2 of 31"]
    extremes = ["1.2 on 1988-01-31", "-2.2 on 1988-01-31", "25.4 on 1988-01-30"]
    july = [
        "35.00",
        "—",
        "0.00",
        "1/0/1 of 31",
        "35.0 on 1988-07-01",
        "—",
        "0.0 on 1988-07-01",
    ]
    assert listed(admin_client, "monthlystats") == [
        ["USC00110072", "1988", "1", "all", *january, *extremes, "29 (simple)/29 (simple)/29 (simple)"],
        ["USC00110072", "1988", "7", "all", *july, "30 (simple)/31 (no rule)/30 (simple)"],
    ]


def test_means_are_rounded_as_in_the_api(admin_client):
    days = [("1988-01-01", -1, 1, 0), *((f"1988-01-0{day}", 0, 0, 0) for day in range(2, 9))]
    make_observations(make_station(), *days)  # a mean of 1/80 °C
    assert listed(admin_client, "yearlystats")[0][3:5] == ["-0.01", "0.01"]


@pytest.mark.parametrize(
    ("name", "query", "found"),
    [
        ("yearlystats", "?q=USC0011", ["1988", "1989"]),
        ("yearlystats", "?q=USC0011+1989", ["1989"]),
        ("yearlystats", "?q=1987+1988", ["1988"]),
        ("yearlystats", "?q=AGE", []),
        ("monthlystats", "?q=1988", ["1988 1", "1988 7"]),
        ("monthlystats", "?q=1988-07", ["1988 7"]),
        ("monthlystats", "?q=1988-02+1989-01", ["1988 7", "1989 1"]),
        ("monthlystats", "?month=1", ["1988 1", "1989 1"]),
        ("monthlystats", "?month=1&q=USC0011+1989", ["1989 1"]),
    ],
)
def test_statistics_are_found_by_station_and_period(admin_client, name, query, found):
    make_observations(make_station(), *DAYS, ("1989-01-01", 0, 0, 0))
    make_station("AGE00147704")
    width = {"yearlystats": 2, "monthlystats": 3}[name]
    assert [" ".join(row[1:width]) for row in listed(admin_client, name, query)] == found


@pytest.mark.parametrize("name", ["yearlystats", "monthlystats"])
def test_list_asks_as_many_queries_for_many_rows_as_for_none(
    admin_client, django_assert_max_num_queries, name
):
    for number in range(1, 6):
        make_observations(make_station(f"USC0011007{number}"), *DAYS)
    with django_assert_max_num_queries(5):
        assert len(listed(admin_client, name)) >= 5
