"""One module per page. A view translates and makes one call inward."""
