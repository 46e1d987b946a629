"""For staff: API keys, made, shown once, revoked, never deleted; and admin's log of who did what."""

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.template.response import TemplateResponse

from access.logins import LoginForm
from access.models import ApiKey
from rest.admin import ReadOnly

admin.site.login_form = LoginForm


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    list_display = ["name", "prefix", "state", "limit", "last_used_at", "created_at", "created_by"]
    list_select_related = ["created_by"]
    search_fields = ["name", "prefix"]
    search_help_text = "A part of the name, or of what follows wx_"
    fields = ["name", "requests_per_minute", "expires_at"]
    readonly_fields = [
        *("prefix", "state", "last_used_at"),
        *("created_at", "created_by", "revoked_at"),
    ]
    actions = ["revoke"]

    def get_fields(self, request, obj=None):
        return [*self.fields, *self.readonly_fields] if obj else self.fields

    def has_delete_permission(self, request, obj=None):
        return False  # who had which key when is to be found later too

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
            obj.text = obj.make_secret()
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        """Show the key, here and now: it is in no message, cookie or session, and cannot be shown again."""
        context = {**self.admin_site.each_context(request), "title": "API key", "key": obj, "opts": self.opts}
        return TemplateResponse(request, "admin/access/key.html", context)

    @admin.action(description="Revoke the selected API keys", permissions=["change"])
    def revoke(self, request, queryset):
        keys = list(queryset.filter(revoked_at=None))
        for key in keys:
            key.revoke()
            self.log_change(request, key, "Revoked.")
        self.message_user(request, f"{len(keys)} revoked; they stop to work within 10 s.", messages.SUCCESS)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly, admin.ModelAdmin):
    """What staff did in admin. Nobody changes it."""

    list_display = ["action_time", "user", "content_type", "object_repr", "action", "get_change_message"]
    list_select_related = ["user", "content_type"]
    list_filter = ["action_flag"]
    search_fields = ["user__username", "object_repr"]
    search_help_text = "A part of a user's name, or of what was changed"
    show_full_result_count = False

    @admin.display(ordering="action_flag")
    def action(self, entry):
        return entry.get_action_flag_display()
