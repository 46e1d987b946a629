"""What the archive tells whoever derives something from it."""

from django.dispatch import Signal

# Sent inside the transaction that changed observations, by Signal.send: an error in a receiver
# rolls the change back, so what is derived is never stale.
# Arguments: stations (list of Station primary keys), first_year, last_year (int, inclusive), letters (whether
# values may have come with quality letters, which some formats do not have).
observations_changed = Signal()

# Sent in the same way when the letters that weather.quality gives to values have changed, and nothing else:
# only what is derived from accepted values is to be made anew. The arguments are the same.
letters_changed = Signal()
