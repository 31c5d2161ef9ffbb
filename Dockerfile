# The agent alone: `docker build -t anchorwatch .`, then mount a configuration at /etc/anchorwatch.yaml.
FROM python:3.12-slim
RUN useradd --create-home --uid 10001 anchorwatch
WORKDIR /opt/anchorwatch
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.lock
COPY monitor monitor
COPY connectors connectors
COPY reports reports
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
USER anchorwatch
ENV ANCHORWATCH_CONFIG=/etc/anchorwatch.yaml
ENTRYPOINT ["anchorwatch"]
CMD ["run"]
