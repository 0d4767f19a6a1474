# One image for all parts of Parley; the command selects the part to run.
FROM python:3.11-slim AS build
WORKDIR /source
RUN python -m venv /opt/parley
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY config config
COPY crawler crawler
COPY indexer indexer
COPY monitor monitor
COPY parley parley
RUN /opt/parley/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 parley && install --directory --owner parley --group parley /data
COPY --from=build /opt/parley /opt/parley
ENV PATH=/opt/parley/bin:$PATH PARLEY_DATA=/data PARLEY_CACHE=/data/cache PYTHONUNBUFFERED=1
USER parley
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["parley", "status", "--check", "crawler", "indexer"]
ENTRYPOINT ["parley"]
CMD ["run"]
