"""Django's MySQL backend, with text compared by its bytes as PostgreSQL and SQLite do.

Station ids that differ in case, or in a space at the end, are different, and sort by their bytes. It is
done here, table by table, so that the defaults of server and database do not matter.
"""

from decimal import Decimal

from django.db.backends.mysql import base, operations, schema
from django.utils.functional import cached_property
from pymysql.constants import FIELD_TYPE

from weatherproj.secret_store import Refreshed

IGNORING_CASE = {"iexact", "icontains", "istartswith", "iendswith"}
"""Lookups for which Django counts on a collation that ignores case."""


def lowered(lookups, value):
    return {name: lookups[name].replace(value, f"LOWER({value})") for name in IGNORING_CASE & lookups.keys()}


def number(text):
    """Return a DECIMAL, which is what a sum of whole numbers is here, as the whole number it is elsewhere."""
    return Decimal(text) if "." in text else int(text)


class DatabaseOperations(operations.DatabaseOperations):
    def lookup_cast(self, lookup_type, internal_type=None):
        sql = super().lookup_cast(lookup_type, internal_type)
        return f"LOWER({sql})" if lookup_type in IGNORING_CASE else sql


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def column_sql(self, model, field, include_default=False):
        """Let a key that a constraint holds to one value not count itself up: MySQL refuses both together."""
        sql, params = super().column_sql(model, field, include_default)
        conditions = (getattr(rule, "condition", None) for rule in model._meta.constraints)
        if any(field.name in getattr(condition, "referenced_base_fields", ()) for condition in conditions):
            sql = sql.replace(" AUTO_INCREMENT", "")
        return sql, params

    def table_sql(self, model):
        sql, params = super().table_sql(model)
        return f"{sql} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={self.connection.collation}", params


class DatabaseWrapper(Refreshed, base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
    ops_class = DatabaseOperations
    operators = base.DatabaseWrapper.operators | lowered(base.DatabaseWrapper.operators, "%s")
    pattern_ops = base.DatabaseWrapper.pattern_ops | lowered(base.DatabaseWrapper.pattern_ops, "{}")

    @cached_property
    def collation(self):
        return "utf8mb4_nopad_bin" if self.mysql_is_mariadb else "utf8mb4_0900_bin"

    def get_connection_params(self):
        params = super().get_connection_params()
        return params | {"conv": params["conv"] | {FIELD_TYPE.NEWDECIMAL: number}}

    def init_connection_state(self):
        super().init_connection_state()
        with self.cursor() as cursor:
            cursor.execute(f"SET collation_connection = {self.collation}")
