"""The drawings behind the demo's pictures. Pure: a name in, SVG out; `python -m banibs.dev.demo.art` makes the files."""
