"use strict";
// Starts Swagger UI on our schema. A call from the page carries the CSRF token, as a form of ours would.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("explorer");
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
    requestInterceptor: (request) => {
      if (new URL(request.url, location.href).origin === location.origin && request.method !== "GET") {
        request.headers["X-CSRFToken"] = place.dataset.csrf;
      }
      return request;
    },
  });
});
