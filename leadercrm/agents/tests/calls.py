"""What the agents of these tests do."""

from typing import Any

from leadercrm.core.testing.agents import Agent

ITEMS = [{"description": "Licencia", "quantity": 2, "unit_price": 1500}]


def contact_of(agent: Agent, **values: Any) -> Any:
    return agent.call("leader_create_contact", **{"first_name": "Lucía", "if_exists": "create", **values})


def deal_of(agent: Agent, **values: Any) -> Any:
    pipeline = agent.call("leader_get_pipeline")["pipelines"][0]
    place = {"pipeline_id": pipeline["id"], "stage_id": pipeline["stages"][0]["id"]}
    return agent.call("leader_create_deal", name="Implementación", amount=1000, **place, **values)


def invoice_of(agent: Agent, **values: Any) -> Any:
    contact = contact_of(agent)["contact"]["id"]
    return agent.call("leader_create_invoice", contact_id=contact, items=ITEMS, **values)
