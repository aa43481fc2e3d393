// The API document, browsed with Swagger UI; requests go to the host the page came from.
window.SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#docs", deepLinking: true, docExpansion: "none" });
