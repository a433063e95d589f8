# BANIBS for production: one image for the web server, the worker, the timetable and Django's commands.
# compose.yaml runs it; docs/deploy.md says how.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS requirements
WORKDIR /build
RUN python -m venv /venv
COPY requirements.txt .
# Every requirement has a wheel, so no compiler is needed; each file is what the lock says, or nothing is installed.
RUN /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt

FROM python:${PYTHON}-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BIND=0.0.0.0:8000 \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media
# What files for sale are compared with their names by (python-magic calls it), and what PDFs are drawn with (WeasyPrint
# calls it). Debian's newest, for its security.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends \
    libharfbuzz-subset0 libmagic1 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
# A named volume takes over the owner of the folder that it covers.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin banibs \
    && install --directory --owner=banibs --group=banibs /srv/media /var/lib/banibs /run/metrics
COPY --from=requirements /venv /venv
WORKDIR /app
COPY . .
# Static files are hashed and compressed once, here. The key signs nothing: no server starts with it.
RUN python -m compileall -q . && python manage.py collectstatic --noinput
USER 10001:10001
EXPOSE 8000
# Asked by the name that people use, because a server answers no other (ALLOWED_HOSTS).
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "deploy/healthy.py"]
CMD ["gunicorn", "-c", "python:banibs.gunicorn", "banibs.wsgi"]
