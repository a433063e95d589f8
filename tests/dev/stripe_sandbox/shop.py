"""A shop's payment page as strict as BANIBS's: no inline script or style, and only the local Stripe
let in.
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.dev.stripe_sandbox.local import PUBLISHABLE

SCRIPT = """
const form = document.querySelector("form"), out = document.querySelector("output");
const stripe = Stripe(form.dataset.key);
const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe";
const clientSecret = form.dataset.secret;
const elements = stripe.elements({ clientSecret, appearance: { theme } });
const card = elements.create("payment");
card.on("ready", () => { document.body.dataset.ready = "yes"; });
card.on("change", (event) => { document.body.dataset.complete = event.complete; });
card.mount("#card");
window.seen = [];
addEventListener("message", (event) => window.seen.push(JSON.stringify(event.data)));
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  out.textContent = "";
  const { error } = await elements.submit();
  if (error) { out.textContent = `typed wrongly: ${error.code}`; return; }
  const confirmParams = { return_url: `${location.origin}/return?order=7` };
  const done = await stripe.confirmPayment({ elements, confirmParams, redirect: form.dataset.redirect });
  const intent = done.paymentIntent;
  out.textContent = done.error ? `refused: ${done.error.code}` : `done: ${intent.status}`;
});
"""
STYLE = """
:root { color-scheme: light dark; }
body { font-family: sans-serif; max-width: 30rem; margin: 2rem auto; padding: 0 1rem; }
body { background: light-dark(#fff, #0e1020); color: light-dark(#16182b, #f3f1eb); }
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pay</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/shop.css"><script src="{stripe}/v3/"></script>
<script src="/shop.js" defer></script></head>
<body><main><h1>Pay for order 7</h1><form data-key="{key}" data-secret="{secret}" data-redirect="{redirect}">
<div id="card"></div><button>Pay now</button></form><output></output></main></body></html>"""


class Shop:
    """Serves `/?secret=…&redirect=…`, and `/return`, where a payer comes back."""

    def __init__(self, stripe_url: str) -> None:
        policy = (
            f"default-src 'none'; script-src 'self' {stripe_url}; style-src 'self'; img-src data:; "
            f"connect-src 'self' {stripe_url}; frame-src {stripe_url}; form-action 'self'; base-uri 'none'"
        )

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                kind, text = "text/html", "<!doctype html><title>Back</title><h1>Back at the shop</h1>"
                if parts.path == "/shop.js":
                    kind, text = "text/javascript", SCRIPT
                elif parts.path == "/shop.css":
                    kind, text = "text/css", STYLE
                elif parts.path == "/":
                    text = PAGE.format(
                        key=PUBLISHABLE,
                        stripe=stripe_url,
                        redirect=query.get("redirect", "always"),
                        secret=query["secret"],
                    )
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args: Any) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
