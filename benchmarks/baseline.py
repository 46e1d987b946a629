"""What `api` is measured against: FastAPI, asyncpg and pydantic, two questions answered by hand.

As one writes it who knows them: a pool, statements prepared once a connection, each read from the
primary key, rows made into what the response model takes without a step between, and the model into
JSON by pydantic's own code. Of several ways to write it this was the fastest (docs/decisions.md).
It knows one station at a time and no filter but dates, and it looks up nothing it was not asked for.
"""

import datetime
import os
from contextlib import asynccontextmanager
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

import asyncpg
from fastapi import FastAPI, Query, Request
from pydantic import BaseModel

CONNECTIONS = 8
"""In the pool of a worker: `api` keeps 16 requests at a time going, at two workers."""

ROWS = """FROM {table} WHERE station_id = (SELECT id FROM weather_stations WHERE station_id = $1)"""
OBSERVATIONS = f"""SELECT date, tmax, tmin, prcp, tmax_flag, tmin_flag, prcp_flag
    {ROWS.format(table="weather_observations")} AND date BETWEEN $2 AND $3 ORDER BY date {{way}} LIMIT $4"""
FORWARD, BACKWARD = OBSERVATIONS.format(way="ASC"), OBSERVATIONS.format(way="DESC")
YEARS = f"""SELECT year, tmax_sum, tmin_sum, prcp_sum, days_tmax, days_tmin, days_prcp, days_expected,
    tmax_max, tmax_max_date, tmin_min, tmin_min_date, prcp_max, prcp_max_date,
    tmax_gap, tmin_gap, prcp_gap, tmax_rules, tmin_rules, prcp_rules
    {ROWS.format(table="weather_yearly_stats")} AND basis = 'all' AND year BETWEEN $2 AND $3 ORDER BY year"""

NAMES = ("simple", "noaa", "wmo")
RULES = [[name for place, name in enumerate(NAMES) if bits >> place & 1] for bits in range(8)]

Row = TypeVar("Row")


class Page(BaseModel, Generic[Row]):
    next: str | None
    previous: str | None
    results: list[Row]


class Observation(BaseModel):
    station_id: str
    date: datetime.date
    tmax_c: float | None
    tmin_c: float | None
    prcp_mm: float | None
    tmax_flag: str | None
    tmin_flag: str | None
    prcp_flag: str | None


class Year(BaseModel):
    station_id: str
    year: int
    avg_tmax_c: float | None
    avg_tmin_c: float | None
    total_prcp_cm: float | None
    days_tmax: int
    days_tmin: int
    days_prcp: int
    days_expected: int
    max_tmax_c: float | None
    max_tmax_date: datetime.date | None
    min_tmin_c: float | None
    min_tmin_date: datetime.date | None
    max_prcp_mm: float | None
    max_prcp_date: datetime.date | None
    gap_tmax: int | None
    gap_tmin: int | None
    gap_prcp: int | None
    rules_tmax: list[str]
    rules_tmin: list[str]
    rules_prcp: list[str]


@asynccontextmanager
async def lifespan(app):
    url = os.environ["DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/api/weather")
async def weather(
    request: Request,
    station_id: str,
    start: datetime.date = datetime.date.min,
    end: datetime.date = datetime.date.max,
    after: datetime.date | None = None,
    before: datetime.date | None = None,
    page_size: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Page[Observation]:
    day = datetime.timedelta(days=1)
    first, last = after + day if after else start, before - day if before else end
    question = BACKWARD if before else FORWARD
    rows = await request.app.state.pool.fetch(question, station_id, first, last, page_size + 1)
    more, rows = len(rows) > page_size, rows[:page_size]
    if before:
        rows.reverse()

    def link(**cursor):
        query = {"station_id": station_id, "start": start, "end": end, "page_size": page_size, **cursor}
        return f"{request.base_url}api/weather?{urlencode(query)}"

    return {
        "next": link(after=rows[-1]["date"]) if rows and (more or before) else None,
        "previous": link(before=rows[0]["date"]) if rows and (after or (before and more)) else None,
        "results": [
            {
                "station_id": station_id,
                "date": date,
                "tmax_c": tenths(tmax),
                "tmin_c": tenths(tmin),
                "prcp_mm": tenths(prcp),
                "tmax_flag": tmax_flag,
                "tmin_flag": tmin_flag,
                "prcp_flag": prcp_flag,
            }
            for date, tmax, tmin, prcp, tmax_flag, tmin_flag, prcp_flag in rows
        ],
    }


@app.get("/api/weather/stats")
async def stats(request: Request, station_id: str, start_year: int = 1, end_year: int = 9999) -> Page[Year]:
    rows = await request.app.state.pool.fetch(YEARS, station_id, start_year, end_year)
    results = [{"station_id": station_id, **statistics(*row)} for row in rows]
    return {"next": None, "previous": None, "results": results}


def statistics(year, tmax_sum, tmin_sum, prcp_sum, days_tmax, days_tmin, days_prcp, days_expected, *rest):
    tmax_max, tmax_max_date, tmin_min, tmin_min_date, prcp_max, prcp_max_date, *evidence = rest
    tmax_gap, tmin_gap, prcp_gap, tmax_rules, tmin_rules, prcp_rules = evidence
    return {
        "year": year,
        "avg_tmax_c": mean(tmax_sum, days_tmax),
        "avg_tmin_c": mean(tmin_sum, days_tmin),
        "total_prcp_cm": None if prcp_sum is None else prcp_sum / 100,
        "days_tmax": days_tmax,
        "days_tmin": days_tmin,
        "days_prcp": days_prcp,
        "days_expected": days_expected,
        "max_tmax_c": tenths(tmax_max),
        "max_tmax_date": tmax_max_date,
        "min_tmin_c": tenths(tmin_min),
        "min_tmin_date": tmin_min_date,
        "max_prcp_mm": tenths(prcp_max),
        "max_prcp_date": prcp_max_date,
        "gap_tmax": tmax_gap,
        "gap_tmin": tmin_gap,
        "gap_prcp": prcp_gap,
        "rules_tmax": RULES[tmax_rules],
        "rules_tmin": RULES[tmin_rules],
        "rules_prcp": RULES[prcp_rules],
    }


def tenths(value):
    return None if value is None else value / 10


def mean(total, days):
    if not days:
        return None
    hundredths = (20 * abs(total) + days) // (2 * days)  # halves away from zero
    return (hundredths if total >= 0 else -hundredths) / 100
