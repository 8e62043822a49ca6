"""What is counted for `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("manabi_events", "Events stored, by platform", ["platform"])
REJECTED = Counter("manabi_webhooks_rejected", "Webhook bodies refused, by platform and reason", ["platform", "reason"])
TURN_SECONDS = Histogram("manabi_turn_seconds", "Time from taking an event to its committed answer")
TURNS_FAILED = Counter("manabi_turns_failed", "Turns that raised, each attempt")
JOBS_FAILED = Gauge("manabi_jobs_failed", "Failed runs of the scheduler since the start, by job", ["job"])
