"""Series for the checks, written by hand: what is not said is missing."""

import numpy as np

from weather.quality.days import Days


def series(first, *, tmax=(), tmin=(), prcp=(), days=0):
    """Return (values, Days) from a first day on, as long as the longest of the elements."""
    length = max(days, len(tmax), len(tmin), len(prcp))
    values = np.full((3, length), np.nan)
    for place, element in enumerate((tmax, tmin, prcp)):
        values[place, : len(element)] = [np.nan if value is None else value for value in element]
    return values, days_from(first, length)


def days_from(first, length):
    return Days.of(np.datetime64(first, "D") + np.arange(length))


def places(failed):
    """Return {element: places that failed}, without elements of which none did."""
    named = zip(("tmax", "tmin", "prcp"), failed, strict=True)
    return {name: np.flatnonzero(mask).tolist() for name, mask in named if mask.any()}


def years(first, last, seed=1):
    """Return (values, Days) of plausible whole years: a yearly wave, whole °F, rain on every third day."""
    days = np.arange(np.datetime64(f"{first}-01-01"), np.datetime64(f"{last + 1}-01-01"))
    calendar, chance = Days.of(days), np.random.default_rng(seed)
    wave = 100 - 150 * np.cos(2 * np.pi * (calendar.columns - 20) / 366)
    weather = 30 * chance.standard_normal(len(days))
    tmax, tmin = wave + weather + 60, wave + weather - 60
    rain = np.where(chance.random(len(days)) < 1 / 3, 1 + chance.gamma(0.8, 80, len(days)), 0)
    return np.round(np.array([tmax, tmin, rain])), calendar


def place(calendar, day):
    """Return the place of a day, 'YYYY-MM-DD'."""
    year, month, of_month = map(int, day.split("-"))
    here = (calendar.years == year) & (calendar.months == month) & (calendar.days == of_month)
    return int(np.flatnonzero(here)[0])
