"""The watch room's pages: a view in, with its links and its forms, a page out."""
