def recompute(stations, first_year, last_year, **kwargs):
    pass
