# Needs Python 3.11 or newer and make, nothing else. Everything runs in a virtual environment of its own.

VENV ?= .venv
PORT ?= 8000
ARGS =
SOAK_MINUTES = 8
DATA =
export DATA

# Without PYTHON=..., the first of these that is new enough.
PYTHONS = $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11)
NEW_ENOUGH = -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null
PY = "$(VENV)/bin/python"

# Made-up data never meet real data: without DATA, `make run` has a database file of its own.
DATABASE = $(if $(DATA),,DATABASE_URL=sqlite:///demo.sqlite3)
MANAGE = $(DATABASE) $(PY) manage.py

.PHONY: help run test screenshots soak lint bench bundle image image-test test-glue lock audit pages clean venv prod \
	dev port

help: ## list these commands
	@awk -F ' ## ' '/^[a-z-]+:.* ## / { sub(":.*", "", $$1); printf "make %-11s %s\n", $$1, $$2 }' Makefile

# --- Use -------------------------------------------------------------------------------------

run: prod pages port .env $(if $(DATA),,demo_data) ## ingest DATA=folder (or made-up data) and serve on PORT=8000
	@$(MANAGE) migrate --verbosity 0
	@echo "Ingesting $${DATA:-demo_data}"; $(MANAGE) ingest_weather "$${DATA:-demo_data}" || { code=$$?; \
		test $$code = 3 || exit $$code; echo "Some of it was rejected: see http://127.0.0.1:$(PORT)/api/ingest/runs"; }
	@$(if $(DATA),:,test ! -f demo_stations.txt || $(MANAGE) ingest_stations demo_stations.txt)
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@echo
	@$(if $(DATA),:,echo "The data served are made up. Your own: make run DATA=<folder>")
	@echo "Map         http://127.0.0.1:$(PORT)/"
	@echo "Swagger UI  http://127.0.0.1:$(PORT)/api/docs"
	@echo "Admin       http://127.0.0.1:$(PORT)/admin/"
	@echo 'Its user    $(strip $(subst ",,$(MANAGE))) createsuperuser'
	@echo "Stop        Ctrl-C"
	@echo
	@exec env $(DATABASE) $(PY) -m granian --interface wsgi --port $(PORT) --workers 1 --blocking-threads 4 --no-ws \
		--workers-kill-timeout 2 weatherproj.wsgi:application

# The server would share a busy port rather than complain.
port: | prod
	@$(PY) -c 'import socket, sys; sys.exit(socket.socket().connect_ex(("127.0.0.1", int("$(PORT)"))) == 0)' || \
		{ echo "Port $(PORT) is busy. Take another: make run PORT=8001" >&2; exit 1; }

.env: | venv
	@key=$$($(PY) -c "import secrets; print(secrets.token_urlsafe(50))") && umask 077 && \
		sed "s/^SECRET_KEY=.*/SECRET_KEY=$$key/" .env.example > .env.new && mv .env.new .env
	@echo "Made .env with a secret key of its own"

demo_data: | prod .env
	@trap : INT TERM; $(MANAGE) generate_weather demo_data --stations 12 --start 1991 --end 2020 --seed 1 --list demo_stations.txt || \
		{ rm -rf demo_data; exit 1; }

# --- Develop ---------------------------------------------------------------------------------

MARIADB = $(shell PATH="$$PATH:/usr/local/sbin:/usr/sbin"; command -v mariadbd)
NO_MARIADB = "MariaDB was not tested: no mariadbd here; on Debian: apt-get install mariadb-server"
CHROMIUM = $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
NGINX = $(shell PATH="$$PATH:/usr/local/sbin:/usr/sbin"; command -v nginx)
NO_NGINX = "The proxy of Elastic Beanstalk was not tested: no nginx here; on Debian: apt-get install nginx-light"
NO_CHROMIUM = "Pages were not tested in a browser: no chromium here; on Debian: apt-get install chromium"

# TEST_DATABASE_URL, if given, is for the second pass. The later ones may find nothing to do (5), where ARGS choose
# only tests without a database.
test: dev pages ## run every test on SQLite, PostgreSQL and, where it is installed, MariaDB; ARGS go to pytest
	@TEST_DATABASE=sqlite TEST_DATABASE_URL= $(PY) -m pytest $(ARGS); code=$$?; test $$code -lt 2 || exit $$code; \
		for database in postgresql $(if $(MARIADB),mariadb); do \
			test $$database = postgresql || export TEST_DATABASE_URL=; \
			TEST_DATABASE=$$database $(PY) -m pytest $(ARGS); again=$$?; \
			case $$again in 0|5) ;; 1) code=1;; *) exit $$again;; esac; \
		done; \
		$(if $(MARIADB),,echo $(NO_MARIADB);) $(if $(CHROMIUM),,echo $(NO_CHROMIUM);) $(if $(NGINX),,echo $(NO_NGINX);) exit $$code

screenshots: export DJANGO_SETTINGS_MODULE = weatherproj.settings
screenshots: dev pages .env ## take the pictures of the README anew
	$(PY) -m tests.screenshots $(ARGS)

soak: dev ## serve for SOAK_MINUTES=8 while parts are killed; then kill, interrupt and crowd the ingest
	$(PY) -W ignore -m tests.soak.live $(SOAK_MINUTES)
	$(PY) -m tests.soak $(ARGS)

lint: export SECRET_KEY = only for lint
lint: export DATABASE_URL = sqlite:///:memory:
lint: dev ## check style, migrations, API schema, settings and lock files
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) manage.py check
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null
	@! grep -nE '^psycopg([^2]|$$)' requirements/*.txt || { echo "psycopg 3 is locked; psycopg2 is ours" >&2; exit 1; }
	@! grep -nE '://|--(extra-)?index-url|--find-links|--trusted-host' requirements/*.txt || \
		{ echo "a lock file names a package registry" >&2; exit 1; }

# --- Deploy ----------------------------------------------------------------------------------

BUNDLE = bundle.zip
bundle: dev pages ## pack the commit that is checked out for Elastic Beanstalk
	@$(PY) -m deploy.bundle "$(BUNDLE)"

DOCKER = docker
IMAGE = weather
image: pages ## build the container image, for ECS and Lambda
	$(DOCKER) build --tag $(IMAGE) $(ARGS) .

image-test: dev pages ## build the image by buildah and start it; as root, on Debian
	$(PY) -m pytest -s --timeout 0 $(ARGS) tests/deploy/image.py

test-glue: dev ## run the job of AWS Glue by PySpark, which it installs (400 MB)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/glue.txt
	$(PY) -m pytest --timeout 0 $(ARGS) tests/deploy/glue.py

# --- Measure, lock and clean -----------------------------------------------------------------

bench: dev ## measure
	$(PY) -m benchmarks $(ARGS)

COMPILE = $(PY) -m uv --directory requirements pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" $(ARGS)
lock: dev ## remake the lock files; ARGS=--upgrade takes newer versions
	$(COMPILE) -o prod.txt prod.in
	$(COMPILE) -o dev.txt -c prod.txt dev.in
	$(COMPILE) -o otel.txt -c prod.txt otel.in
	$(COMPILE) -o lambda.txt -c prod.txt lambda.in
	$(COMPILE) -o glue.txt glue.in
	$(COMPILE) -o node.txt node.in
	$(GET_NPM) && $(NPM) install --prefix dashboard --package-lock-only --omit-lockfile-registry-resolved $(NPM_QUIET)

audit: dev ## look for known faults in what is installed; asks the advisory database, so it needs the network
	$(PY) -m uv tool run pip-audit --strict --disable-pip --require-hashes -r requirements/prod.txt

clean: ## remove what make made, except .env and databases of your own
	rm -rf .venv staticfiles bundle.zip $(VENDOR) demo_data demo_stations.txt demo.sqlite3 demo.sqlite3-* \
		.pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# --- Install ---------------------------------------------------------------------------------

# A copy of what was installed lies in the virtual environment: it installs again only when that differs.
prod: LOCKS = requirements/prod.txt
dev: LOCKS = requirements/prod.txt requirements/dev.txt
prod dev: venv
	@cmp -s requirements/$@.txt "$(VENV)/$@.txt" || { echo "Installing requirements/$@.txt into $(VENV)" && \
		rm -f "$(VENV)/prod.txt" "$(VENV)/dev.txt" && \
		if command -v uv >/dev/null; then uv pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements/$@.txt; \
		else $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/$@.txt; fi && \
		cp $(LOCKS) "$(VENV)"; }

# The libraries of the pages come from npm's registry, by the npm of this machine or that of requirements/node.txt.
# What they were made of lies in the virtual environment, too: they are fetched again only when that differs.
VENDOR = dashboard/static/dashboard/vendor
MADE_OF = dashboard/package-lock.json dashboard/vendor.py
pages: prod ## fetch what the pages are drawn with
	@test -d $(VENDOR) && cat $(MADE_OF) | cmp -s - "$(VENV)/pages.txt" || { echo "Fetching what the pages are drawn with" && \
		rm -rf "$(VENV)/pages.txt" "$(VENV)/pages" && mkdir "$(VENV)/pages" && cp dashboard/package*.json "$(VENV)/pages" && \
		$(GET_NPM) && $(NPM) ci --prefix "$(VENV)/pages" $(NPM_QUIET) && \
		$(PY) -m dashboard.vendor "$(VENV)/pages/node_modules" && rm -rf "$(VENV)/pages" && \
		cat $(MADE_OF) > "$(VENV)/pages.txt"; }

NPM = $(shell command -v npm || echo '"$(VENV)/bin/npm"')
NPM_QUIET = --ignore-scripts --no-audit --no-fund --loglevel=error
GET_NPM = { command -v $(NPM) >/dev/null || { echo "Installing Node into $(VENV)" && \
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt; }; }

venv:
	@$(PY) $(NEW_ENOUGH) || { \
		if test -e "$(VENV)"; then echo "$(VENV) has no Python 3.11 or newer that works: remove it" >&2; exit 1; fi; \
		for python in $(PYTHONS) ""; do test -n "$$python" && "$$python" $(NEW_ENOUGH) && break; done; \
		if test -z "$$python"; then echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; fi; \
		if command -v uv >/dev/null; then uv venv -q --python "$$python" "$(VENV)"; else "$$python" -m venv "$(VENV)"; fi || \
		{ rm -rf "$(VENV)"; echo "No virtual environment (on Debian: apt install python3-venv)" >&2; exit 1; }; }
