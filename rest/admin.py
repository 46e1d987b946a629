"""What admin's lists have in common."""


class ReadOnly:
    """Of a ModelAdmin: nobody adds, changes or deletes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
