"""A first configuration with a comment on every line, and a few events to try it with."""

import json
from datetime import datetime, timedelta

CONFIGURATION = """\
# What Anchorwatch watches, and whom it tells. Written by `anchorwatch init`; every key has a default, and those below
# are the ones that most people change. `anchorwatch config check` finds every mistake, `anchorwatch config show` prints
# what is in force, and `anchorwatch config schema` is the whole of it, for your editor.
# A relative path is meant from the folder of this file. ANCHORWATCH_JUDGE__DROP=0.05 in the environment goes before it.

kafka:
  bootstrap_servers: {broker} # one or more HOST:PORT, separated by commas
  topics:
    predictions: {predictions} # what the model said
    labels: {labels} # the truth, arriving late; may be the same topic
  # security_protocol: SASL_SSL # PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
  # sasl_mechanism: SCRAM-SHA-512 # PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, GSSAPI or AWS_MSK_IAM
  # sasl_plain_username: anchorwatch # the user of PLAIN and SCRAM
  # sasl_plain_password_file: /run/secrets/kafka-password # a file that holds the password

# Without it: a file anchorwatch.db where the agent is started. PostgreSQL where several agents share the work.
database: {{}}
  # url: postgresql://USER:PASSWORD@HOST/NAME # better from the environment: ANCHORWATCH_DATABASE__URL

watch:
  intents: [] # intents that may page, by name; "*" for all
  rare_share: 0.03 # intents with less than this share of the labelled traffic may page too
  rare_support: 60 # and intents with fewer anchor examples than this

judge:
  drop: 0.10 # how much of its offline recall a release may lose
  false_pages_per_year: 1.0 # how many false pages you accept, over everything that is watched

labels:
  accept: [human, adjudicated] # kinds of label that count: human, adjudicated, weak

sampling:
  min_probability: 0.01 # the smallest chance of being labelled that any prediction has

# Where pages go. Try each with `anchorwatch sink test NAME`.
sinks:
- kind: terminal # the agent's own terminal or log; others are slack, webhook, alertmanager, pagerduty, email, apprise
  name: terminal # what messages and the log call it
# - kind: slack # an incoming webhook of Slack
#   name: slack # what messages and the log call it
#   url_file: /run/secrets/slack-url # a file that holds its URL
# - kind: pagerduty # a service's Events API v2 integration
#   name: pagerduty # what messages and the log call it
#   routing_key_file: /run/secrets/pagerduty # a file that holds the key

metrics:
  # port: 9464 # serves /metrics, /healthz and /readyz; without it nothing listens
  host: 127.0.0.1 # on this machine only; 0.0.0.0 or :: for every address

reports:
  # folder: reports # where the weekly report and the analysis of every incident are written
  evidently: true # whether Evidently renders recall and drift beside the report

# What a page about an intent should say, by the intent's name.
intents: {{}}
  # gdpr_erasure: # the intent
  #   blast_radius: the legal answer is due within 30 days # who is hurt by a miss
  #   severity: critical # critical, error, warning or info
"""


def configuration(broker: str, predictions: str, labels: str) -> str:
    """The file, with where events are."""
    return CONFIGURATION.format(
        broker=json.dumps(broker), predictions=json.dumps(predictions), labels=json.dumps(labels)
    )


def example_events(now: datetime) -> str:
    """Two tickets of two days ago and their labels of yesterday, as lines: one is a hit and one a miss."""
    model = {"name": "tickets", "version": "1", "environment": "prod"}
    made = now.replace(microsecond=0)
    asked, labelled = made - timedelta(days=2), made - timedelta(days=1)
    tickets = [("example-1", "gdpr_erasure", 0.91), ("example-2", "cancel_account", 0.87)]
    events: list[dict[str, object]] = [
        {
            "event": "prediction",
            "prediction_id": name,
            "ts": asked.isoformat(),
            "model": model,
            "predicted": {"intent": intent, "score": score},
            "slices": {"channel": "email"},
        }
        for name, intent, score in tickets
    ]
    events += [
        {
            "event": "label",
            "label_id": f"label-of-{name}",
            "prediction_id": name,
            "intent": "gdpr_erasure",
            "labeled_at": labelled.isoformat(),
            "source": {"kind": "human"},
            "sampling": {"design": "uniform", "probability": 0.05},
        }
        for name, _, _ in tickets
    ]
    return "".join(json.dumps(event) + "\n" for event in events)
