"""What the archive tells whoever derives something from it."""

from django.dispatch import Signal

# Sent where a new file is read, mostly by a process without a connection to the database. Argument: text, the
# rows of a weather.formats.Series, without flags. What the receiver returns comes back with
# observations_changed.
days_read = Signal()

# Sent inside the transaction that changed observations, by Signal.send: an error in a receiver
# rolls the change back, so what is derived is never stale.
# Arguments: stations (list of Station primary keys), first_year, last_year (int, inclusive), letters (whether
# values may have come with quality letters, which some formats do not have), derived ({primary key: what the
# receiver of days_read returned} of stations that had none of the days of their file).
observations_changed = Signal()

# Sent in the same way when the letters that weather.quality gives to values have changed, and nothing else:
# only what is derived from accepted values is to be made anew. The arguments are the same.
letters_changed = Signal()
