"""The tools, resources and prompts that the suites ask a server to have. Everything else is answered by the product."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from leadercrm.mcp import server
from leadercrm.mcp.conformance import asking
from leadercrm.mcp.listing import COMPLETE
from leadercrm.mcp.listing import list_tools as ours

Context = ServerRequestContext[Any, Any]
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="
IMAGE = {"type": "image", "data": PNG, "mimeType": "image/png"}
AUDIO = {"type": "audio", "data": WAV, "mimeType": "audio/wav"}


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def embedded(uri: str, said: str, mime: str = "text/plain") -> dict[str, Any]:
    return {"type": "resource", "resource": {"uri": uri, "mimeType": mime, "text": said}}


CONTENTS: Mapping[str, list[dict[str, Any]]] = {
    "test_simple_text": [text("This is a simple text response for testing.")],
    "test_image_content": [IMAGE],
    "test_audio_content": [AUDIO],
    "test_embedded_resource": [embedded("test://embedded-resource", "This is an embedded resource content.")],
    "test_multiple_content_types": [
        text("Multiple content types test:"),
        IMAGE,
        embedded("test://mixed-content-resource", '{"test":"data","value":123}', "application/json"),
    ],
}


async def _progress(context: Context, params: Any) -> Any:
    for done in (0, 50, 100):
        await context.session.report_progress(done, 100)
    return {**COMPLETE, "content": [text("Done.")]}


async def _log(context: Context, params: Any) -> Any:
    for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await context.session.send_log_message("info", said, related_request_id=context.request_id)
    return {**COMPLETE, "content": [text("Logged.")]}


async def _fail(context: Context, params: Any) -> Any:
    return {**COMPLETE, "content": [text("This tool intentionally returns an error for testing")], "isError": True}


async def _sample(context: Context, params: Any) -> Any:
    """What needs a client with a model of its own."""
    if getattr(context.session.client_capabilities, "sampling", None) is None:
        lacking: dict[str, Any] = {"requiredCapabilities": {"sampling": {}}}
        raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, "This needs the capability sampling", lacking)
    return {**COMPLETE, "content": [text("Sampled.")]}


RUNS: Mapping[str, Callable[[Context, Any], Any]] = {
    "test_tool_with_progress": _progress,
    "test_tool_with_logging": _log,
    "test_error_handling": _fail,
    "test_logging_tool": _log,
    "test_missing_capability": _sample,
}
RESOURCES: Mapping[str, dict[str, Any]] = {
    "test://static-text": {"mimeType": "text/plain", "text": "This is the content of the static text resource."},
    "test://static-binary": {"mimeType": "image/png", "blob": PNG},
    "test://watched-resource": {"mimeType": "text/plain", "text": "Watched resource content"},
}
PROMPTS: Mapping[str, tuple[str, ...]] = {
    "test_simple_prompt": (),
    "test_prompt_with_arguments": ("arg1", "arg2"),
    "test_prompt_with_embedded_resource": ("resourceUri",),
    "test_prompt_with_image": (),
    asking.PROMPT: (),
}


async def list_tools(context: Context, params: Any) -> Any:
    listed = await ours(context, params)
    names = [*CONTENTS, *RUNS, *asking.QUESTIONS]
    extra = [{"name": name, "description": name, "inputSchema": {"type": "object"}} for name in sorted(names)]
    return {**listed, "tools": [*listed["tools"], *extra]}


async def call_tool(context: Context, params: types.CallToolRequestParams) -> Any:
    name = params.name
    if name in CONTENTS:
        return {**COMPLETE, "content": CONTENTS[name]}
    if name in RUNS:
        return await RUNS[name](context, params)
    return asking.answered(context, params) if name in asking.QUESTIONS else await server.run_tool(context, params)


async def list_resources(context: Context, params: Any) -> Any:
    listed = await server.list_resources(context, params)
    extra = [{"uri": uri, "name": uri, "mimeType": row["mimeType"]} for uri, row in RESOURCES.items()]
    return {**listed, "resources": [*listed["resources"], *extra]}


async def list_templates(context: Context, params: Any) -> Any:
    listed = await server.list_templates(context, params)
    extra = {"uriTemplate": "test://template/{id}/data", "name": "template"}
    return {**listed, "resourceTemplates": [*listed["resourceTemplates"], extra]}


async def read_resource(context: Context, params: types.ReadResourceRequestParams) -> Any:
    uri = str(params.uri)
    if uri in RESOURCES:
        return {**COMPLETE, "contents": [{"uri": uri, **RESOURCES[uri]}]}
    if uri.startswith("test://template/"):
        pk = uri.split("/")[3]
        said = json.dumps({"id": pk, "templateTest": True, "data": f"Data for ID: {pk}"})
        return {**COMPLETE, "contents": [{"uri": uri, "mimeType": "application/json", "text": said}]}
    return await server.read_resource(context, params)


async def list_prompts(context: Context, params: Any) -> Any:
    listed = await server.list_prompts(context, params)
    extra = [
        {"name": name, "description": name, "arguments": [{"name": given, "required": True} for given in arguments]}
        for name, arguments in PROMPTS.items()
    ]
    return {**listed, "prompts": [*listed["prompts"], *extra]}


async def get_prompt(context: Context, params: types.GetPromptRequestParams) -> Any:
    name, given = params.name, params.arguments or {}
    if name == asking.PROMPT:
        return asking.answered(context, params)
    if name not in PROMPTS:
        return await server.get_prompt(context, params)
    said: list[dict[str, Any]] = {
        "test_simple_prompt": [text("This is a simple prompt for testing.")],
        "test_prompt_with_arguments": [
            text(f"Prompt with arguments: arg1='{given.get('arg1')}', arg2='{given.get('arg2')}'")
        ],
        "test_prompt_with_embedded_resource": [
            embedded(given.get("resourceUri", ""), "Embedded resource content for testing."),
            text("Please process the embedded resource above."),
        ],
        "test_prompt_with_image": [IMAGE, text("Please analyze the image above.")],
    }[name]
    return {**COMPLETE, "messages": [{"role": "user", "content": content} for content in said]}


async def complete(context: Context, params: types.CompleteRequestParams) -> Any:
    if getattr(params.ref, "name", "") in PROMPTS:
        return {**COMPLETE, "completion": {"values": ["paris", "park"], "total": 2, "hasMore": False}}
    return await server.complete(context, params)


async def acknowledge(context: Context, params: Any) -> Any:
    """Of the older revisions: levels of a log, and subscriptions."""
    return {}


SERVER = server.make_server(
    on_list_tools=list_tools,
    on_call_tool=call_tool,
    on_list_resources=list_resources,
    on_list_resource_templates=list_templates,
    on_read_resource=read_resource,
    on_list_prompts=list_prompts,
    on_get_prompt=get_prompt,
    on_completion=complete,
    on_set_logging_level=acknowledge,
    on_subscribe_resource=acknowledge,
    on_unsubscribe_resource=acknowledge,
)
