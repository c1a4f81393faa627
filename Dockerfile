# The worker, the window and the front desk in one image: `python worker.py`, `python starter.py …`.
FROM python:3.13.15-slim-trixie AS build
ARG UV_VERSION=0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir "uv==${UV_VERSION}"
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups

FROM python:3.13.15-slim-trixie
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin dsar
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=build /app/.venv .venv
# What may be copied is a short list: see .dockerignore.
COPY . .
USER 10001
# 8080 the window, 8081 health, 9464 metrics
EXPOSE 8080 8081 9464
ENV DSAR_HEALTH_ADDRESS=0.0.0.0:8081 DSAR_METRICS_ADDRESS=0.0.0.0:9464 DSAR_WINDOW_ADDRESS=0.0.0.0:8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8081/ready', timeout=4)"]
CMD ["python", "worker.py"]
