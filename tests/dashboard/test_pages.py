"""What all pages have in common."""

import gzip
import re

import pytest

pytestmark = pytest.mark.django_db

PAGES = ["/", "/compare", "/runs"]


@pytest.mark.parametrize("url", PAGES)
def test_page_names_itself_and_runs_no_script_of_its_own(client, url):
    response = client.get(url)
    page = response.content.decode()
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'<a href="{url}" aria-current="page">' in page
    assert re.findall(r"<script>|\son[a-z]+=", page) == []


def test_data_have_the_tag_of_the_archive(client):
    tag = client.get("/data/stations")["ETag"]
    assert client.get("/data/stations", headers={"If-None-Match": tag}).status_code == 304


def test_page_comes_gzipped_where_it_may(client):
    response = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == client.get("/").content
