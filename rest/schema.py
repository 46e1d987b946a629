"""What the OpenAPI schema says of every endpoint alike."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from rest.errors import AWAY, MEDIA_TYPE, problem_body
from rest.exports import MEDIA_TYPES


class ProblemErrorSerializer(serializers.Serializer):
    parameter = serializers.CharField(help_text="Which parameter is to blame.")
    detail = serializers.CharField(help_text="What is wrong with it.")


class ProblemSerializer(serializers.Serializer):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField(help_text="Always `about:blank`: `title` says it all.")
    title = serializers.CharField(help_text="The name of the status.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What is wrong.")
    errors = ProblemErrorSerializer(many=True, help_text="One entry a parameter that is wrong.")


def listing(item, query, example, *, beside=None, beside_example=None, also=None, **about):
    """Decorate a ListView: its page of `item` serializers, its parameters and its errors.

    `beside` are the fields of what the view's `beside` returns, `beside_example` is an example of it.
    `also` are the other shapes of the answer: {media type: (serializer, example)}.
    """
    name = item.__name__.removesuffix("Serializer")
    page = inline_serializer(
        f"{name}Page",
        {
            "count": serializers.IntegerField(
                required=False, help_text="Results on all pages; only with `count=exact`."
            ),
            **(beside or {}),
            "next": serializers.URLField(allow_null=True, help_text="The next page, if there is one."),
            "previous": serializers.URLField(allow_null=True, help_text="The page before this one."),
            "results": item(many=True),
        },
    )
    body = {**(beside_example or {}), "next": None, "previous": None, "results": [example]}
    streamed = [name for name in query.fields["format"].schema["enum"] if name in STREAMED]
    also = (also or {}) | {MEDIA_TYPES[name]: (STREAMED[name], None) for name in streamed}
    return documented(page, body, parameters(query), [400], also=also, **about)


def detail(item, query, example, path_parameter, **about):
    """Decorate the view of one thing."""
    return documented(item, example, [path_parameter, *parameters(query)], [400, 404], **about)


def documented(serializer, example, parameters, errors, *, also=None, **about):
    shapes = {"application/json": (serializer, example)} | (also or {})
    responses = {
        (200, media_type): OpenApiResponse(shape, about["summary"] if example else EVERYTHING)
        for media_type, (shape, example) in shapes.items()
    } | {(status, MEDIA_TYPE): PROBLEMS[status] for status in sorted({*errors, *ALWAYS})}
    examples = [
        OpenApiExample(
            "example", value=example, response_only=True, status_codes=["200"], media_type=media_type
        )
        for media_type, (_, example) in shapes.items()
        if example
    ]

    def decorate(view):
        view.title, view.about = about["summary"], about.get("description", "")
        exported = getattr(view, "export", None)
        headers = HEADERS + (OF_ARCHIVED if view.archived else []) + (OF_EXPORTS if exported else [])
        unchanged = {304: OpenApiResponse(None, "The answer is still that of `If-None-Match`.")}
        said = {
            "parameters": [*parameters, *headers],
            "responses": responses | (unchanged if view.archived else {}),
            "examples": examples,
        }
        return extend_schema_view(get=extend_schema(**said, **about))(view)

    return decorate


STREAMED = {"csv": OpenApiTypes.STR, "ndjson": OpenApiTypes.STR, "parquet": OpenApiTypes.BINARY}
EVERYTHING = "All results, not a page: the fields of a result are the columns."


def parameters(query):
    """Return the parameters of a Query as the schema has them."""
    return [
        OpenApiParameter(
            name,
            type=field.schema,
            description=field.help_text,
            explode=True if field.several else None,
            style="form" if field.several else None,
            required=field.required,
        )
        for name, field in query.fields.items()
    ]


def header(name, description, responses=True, type=str):
    """Return the documentation of a header of some responses, or of all."""
    return OpenApiParameter(name, type, "header", description=description, response=responses)


HEADERS = [
    header("RateLimit-Policy", 'How often you may ask: `"key";q=6000;w=60` is 6,000 times in 60 s.'),
    header("RateLimit", 'What is left of that: `"key";r=5999;t=42` is 5,999 times, for 42 s.'),
    header("Retry-After", "Seconds after which you may ask again.", [429], int),
    header("WWW-Authenticate", "How a key is sent.", [401]),
]

OF_ARCHIVED = [
    OpenApiParameter(
        "If-None-Match",
        str,
        "header",
        description="The `ETag` of an answer that you have. While it is the same, you get 304 and no body.",
    ),
    header("ETag", 'Stays the same until anything in the archive changes. Weak: `W/"..."`.', [200, 304]),
]
OF_EXPORTS = [header("Content-Disposition", "A file name; in all formats but `json`.", [200])]


def refusal(status, description, detail, *errors):
    """Return the documentation of an error, with an example."""
    value = problem_body(status, detail, errors)
    return OpenApiResponse(ProblemSerializer, description, examples=[OpenApiExample("example", value=value)])


PROBLEMS = {
    400: refusal(
        400,
        "A parameter is unknown, or its value impossible.",
        "year: expected a whole number from 1 to 9999, got '0'",
        {"parameter": "year", "detail": "expected a whole number from 1 to 9999, got '0'"},
    ),
    401: refusal(
        401, "The API key does not work, or there is none where one is needed.", "There is no such API key."
    ),
    404: refusal(404, "There is no such thing.", "No station USC00000000."),
    405: refusal(405, "Only GET and HEAD are answered.", 'Method "POST" not allowed.'),
    413: refusal(413, "There is a large body.", "The body has 9,000,000 bytes; at most 2,621,440 are read."),
    414: refusal(414, "The query string is too long.", "The query string has more than 16,384 bytes."),
    429: refusal(429, "Too often.", "More than 600 requests a minute from one address: wait 42 s."),
    503: refusal(
        503, "The database is away, or this took too long; `Retry-After` says when to try again.", AWAY
    ),
}
ALWAYS = {401, 405, 413, 414, 429, 503}


def without_final_slash(endpoints):
    """Show the paths as they are meant; the slash at their end is optional."""
    return [(path.rstrip("/"), *rest) for path, *rest in endpoints]
