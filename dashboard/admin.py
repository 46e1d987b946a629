"""Admin's first page tells how the archive is."""

from django.contrib import admin

admin.site.index_template = "dashboard/admin_index.html"
