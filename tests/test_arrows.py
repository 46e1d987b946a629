"""Imports point one way, and the environment is read in one place."""

import ast
import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

HOUSE = settings.BASE_DIR
OUTSIDE = {"manage", "tests", "benchmarks", "deploy"}  # these import anything, and nothing imports them
MAY_IMPORT = {
    "rest": {"rest"},
    "access": {"access", "rest"},
    "weather": {"weather", "rest"},
    "weather.formats": {"weather.formats"},
    "stats": {"stats", "weather", "rest"},
    "dashboard": {"dashboard", "stats", "weather", "rest"},
    "weatherproj": {"weatherproj", "rest"},
    "weatherproj.logs": {"weatherproj", "weather.current"},
    "weatherproj.health": {"weatherproj", "weather", "rest"},
    "weatherproj.metrics": {"weatherproj", "weather", "rest"},
    "weatherproj.urls": {"weatherproj", "dashboard", "stats", "weather", "access", "rest"},
}
ENTRY_POINT = re.compile(
    r"(manage|tests|benchmarks|deploy|weatherproj\.urls|weatherproj\.wsgi|\w+\.tasks|\w+\.management\.commands)\b"
)
READS_ENVIRONMENT = r"\b(environb?|getenv)\b"
NAMES_SETTINGS = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'weatherproj.settings')"

PATHS = [
    path
    for package in HOUSE.glob("*/__init__.py")
    if package.parent.name not in OUTSIDE
    for path in package.parent.rglob("*.py")
]
MODULES = {
    ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"): path.read_text()
    for path in PATHS
}
OURS = OUTSIDE | {module.partition(".")[0] for module in MODULES}


def imports(module):
    """Yield the dotted names of what a module imports, at its top or in a function."""
    for node in ast.walk(ast.parse(MODULES[module])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: a relative import; the others are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name, packages):
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def allowed(module):
    """Return what the innermost package of a module may import."""
    while module not in MAY_IMPORT:
        module, inner, _ = module.rpartition(".")
        assert inner, "a new package: say in MAY_IMPORT what it may import"
    return MAY_IMPORT[module]


def test_imports_point_one_way():
    ours = [(module, name) for module in MODULES for name in imports(module) if within(name, OURS)]
    assert [(module, name) for module, name in ours if not within(name, allowed(module))] == []


def test_nothing_imports_an_entry_point():
    entries = [(module, name) for module in MODULES for name in imports(module) if ENTRY_POINT.match(name)]
    assert entries == []


def test_formats_know_no_django():
    formats = [module for module in MODULES if within(module, {"weather.formats"})]
    assert "weather.formats.wx" in formats
    assert [module for module in formats for name in imports(module) if within(name, {"django"})] == []


def test_only_settings_read_the_environment():
    code = {module: ast.unparse(ast.parse(text)) for module, text in MODULES.items()}
    readers = [m for m in code if re.search(READS_ENVIRONMENT, code[m].replace(NAMES_SETTINGS, ""))]
    assert readers == ["weatherproj.settings"]
