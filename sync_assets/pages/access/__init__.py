"""Who may see the pages, and what a request has to be like before a page hears of it."""
