"use strict";
// Swagger UI on our schema; its calls carry the CSRF token, as our forms do.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("explorer");
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
    requestInterceptor: (request) => {
      if (new URL(request.url, location.href).origin === origin) request.headers["X-CSRFToken"] = place.dataset.csrf;
      return request;
    },
  });
});
