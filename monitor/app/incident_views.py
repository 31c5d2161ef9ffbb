"""An open database in, the view of `incident show` out, which its page in the watch room begins with."""

from monitor.app.clock import now
from monitor.app.oncall_stores import OnCallStores
from monitor.domain.telling.silences import covering
from monitor.review.missed_tickets import missed_tickets
from monitor.review.ports.incidents import IncidentStatus
from reports.render.blocks import View
from reports.tables.incidents import incident_view
from reports.tables.tickets import NEWEST, newest_tickets


def view_of_incident(stores: OnCallStores, incident: IncidentStatus, *, with_tickets: bool = True) -> View:
    """The incident, what silences it now, and its newest missed tickets, which are read with `with_tickets` only."""
    rules = stores.settings.of_versions(incident.model_name, incident.environment)
    newest = missed_tickets(stores.missed_tickets, incident, most=NEWEST) if with_tickets else []
    quiet = covering([member.cell for member in incident.members], stores.silences.all(), now())
    return incident_view(incident, newest_tickets(incident.id, newest, rules.ticket_url), quiet)
