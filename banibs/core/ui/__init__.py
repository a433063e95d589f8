"""Rendering of pages: forms, icons, charts, links of references, the style sheet."""
