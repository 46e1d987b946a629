"""Databases as Django is told of them."""


def database_settings(url, folder, login=None):
    """Return Django's settings for a database, with what each kind needs to be right and fast.

    `url` is its URL as a dictionary of ENGINE, NAME and so on. Files of SQLite are in the folder; a Login, if
    there is one, says user and password.
    """
    config = {**url, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    if login:
        params = login.params()
        config |= {"LOGIN": login, "USER": params["user"], "PASSWORD": params["password"]}
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["ENGINE"] = "weatherproj.sqlite"
        if config["NAME"] != ":memory:":
            config["NAME"] = folder / config["NAME"]
        config["OPTIONS"] = {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=10000; PRAGMA temp_store=MEMORY",
        }
    elif config["ENGINE"] == "django.db.backends.postgresql":
        config["ENGINE"] = "weatherproj.postgresql"
    elif config["ENGINE"] == "django.db.backends.mysql":
        config["ENGINE"] = "weatherproj.mysql"
        config["OPTIONS"] = config.get("OPTIONS", {}) | {
            "init_command": "SET sql_mode = 'TRADITIONAL', time_zone = '+00:00', "
            "innodb_lock_wait_timeout = 3600, group_concat_max_len = 67108864",
        }
    return config
