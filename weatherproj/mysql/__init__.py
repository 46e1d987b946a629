"""Django's MySQL backend on pymysql, for MySQL 8 and MariaDB. Imported only where DATABASE_URL names one."""

import pymysql

pymysql.install_as_MySQLdb()  # Django knows only mysqlclient, which has no wheels for Linux
