"use strict";
// The reference in the language of the page: the document's own, by Accept-Language.
addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("reference");
  SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: true,
    docExpansion: "none",
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
