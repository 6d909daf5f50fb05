"""Hooks for schemathesis: every request carries the token and a proof of this device."""

import re
import urllib.parse

import cbor2
import schemathesis

from device import OWN, TOKEN, request

# Requests with the proof alone.
ALONE = re.compile("POST (/v1/devices|/v1/auth/(?!logout|register/finish).*)")

_, headers, _ = request("GET", "/healthz")
nonce = headers["DPoP-Nonce"]


@schemathesis.serializer("application/cbor")
def cbor(context, value):
    return value if isinstance(value, bytes) else cbor2.dumps(value, canonical=True)


@schemathesis.hook
def before_call(context, case, kwargs):
    path = urllib.parse.urlsplit(case.as_transport_kwargs(base_url="https://x")["url"]).path
    case.headers = case.headers or {}
    token = None if ALONE.fullmatch(case.method + " " + path) else TOKEN
    case.headers["DPoP"] = OWN.prove(case.method, path, nonce, token)
    if token:
        case.headers["Authorization"] = "DPoP " + token


@schemathesis.hook
def after_call(context, case, response):
    global nonce
    nonce = response.headers["dpop-nonce"][0]
