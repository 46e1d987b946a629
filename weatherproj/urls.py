"""Every URL on one screen. The API answers with and without a final slash."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
