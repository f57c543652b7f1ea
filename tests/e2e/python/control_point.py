"""A control point made with async-upnp-client: python3 control_point.py ADDRESS UDN.

Finds the gateway from ADDRESS, describes it, calls an action that asks for no role, subscribes to
its events, renews, and ends the subscription. Prints one JSON object."""

import asyncio
import json
import sys
from datetime import timedelta

from async_upnp_client.aiohttp import AiohttpNotifyServer, AiohttpRequester
from async_upnp_client.client_factory import UpnpFactory
from async_upnp_client.search import async_search

NAME = "urn:schemas-upnp-org:service:"


async def find(address, udn):
    """Searches until it answers; gives its location."""
    locations = []

    async def answered(headers):
        if headers.get("usn", "").startswith(udn):
            locations.append(headers["location"])

    for _ in range(20):
        await async_search(
            async_callback=answered,
            search_target="upnp:rootdevice",
            timeout=2,
            source=(address, 0),
        )
        if locations:
            return locations[0]
    raise SystemExit("never found")


async def main(address, udn):
    location = await find(address, udn)
    requester = AiohttpRequester(timeout=30)
    device = await UpnpFactory(requester).async_create_device(location)
    protection = device.service(NAME + "DeviceProtection:1")
    protocols = await protection.action("GetSupportedProtocols").async_call()

    server = AiohttpNotifyServer(requester, source=(address, 0))
    await server.async_start_server()
    handler = server.event_handler
    seen = {}
    complete = asyncio.Event()

    def on_event(service, variables):
        for variable in variables:
            seen[variable.name] = str(variable.value)
        complete.set()

    management = device.service(NAME + "BasicManagement:2")
    management.on_event = on_event
    sid, granted = await handler.async_subscribe(management, timeout=timedelta(seconds=300))
    await asyncio.wait_for(complete.wait(), 60)
    renewed, _ = await handler.async_resubscribe(sid, timeout=timedelta(seconds=300))
    await handler.async_unsubscribe(renewed)
    await server.async_stop_server()
    print(
        json.dumps(
            {
                "location": location,
                "name": device.friendly_name,
                "services": sorted(device.services),
                "protocols": protocols["ProtocolList"],
                "granted_s": granted.total_seconds(),
                "same_sid": renewed == sid,
                "seen": seen,
            }
        )
    )


asyncio.run(main(*sys.argv[1:]))
