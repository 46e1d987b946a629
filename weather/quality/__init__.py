"""Quality control: letters beside values, never another value.

The checks (integrity, outliers, consistency, spatial) are functions of arrays; `checks` is their order,
`checking` takes them to the stations of the archive, `letters` says what each letter means.
"""
