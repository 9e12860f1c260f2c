"use strict";

// Light or dark as the rest of the machine is. Swagger UI knows the dark by this class.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// The reference in the language of the page: the document's own, by Accept-Language.
addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("reference");
  SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    filter: true,
    defaultModelsExpandDepth: 0,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    requestInterceptor: (request) => {
      request.headers["Accept-Language"] ??= document.documentElement.lang;
      return request;
    },
    presets: [SwaggerUIBundle.presets.apis],
  });
});
