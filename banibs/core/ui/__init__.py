"""What pages are drawn with: forms, icons, charts, links of references, the style sheet."""
