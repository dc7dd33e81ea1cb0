"""`sogoc ip`: the register of IPv4 and IPv6 addresses."""

import typer

from api.commands import ip_bulk, ip_grants, ip_history, ip_routing, ip_views, ledger_grants

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Địa chỉ IPv4 và IPv6: lịch sử, vùng cấp, cấp và thu hồi · IPv4 and IPv6: history, pools, grants",
)
commands.command("import-delegated")(ip_history.import_delegated)
commands.command("export-delegated")(ip_history.export_delegated)
commands.command("open-pool")(ip_grants.open_pool)
commands.command("pools")(ip_grants.pools)
commands.command("free")(ip_grants.free)
commands.command("allocate")(ip_grants.allocate)
commands.command("assign")(ip_grants.assign)
ledger_grants.add_to(commands)
commands.command("map")(ip_views.draw_map)
commands.command("due")(ip_views.due)
commands.command("statement")(ip_views.statement)
commands.command("decision")(ip_views.decision)
commands.command("lookup")(ip_bulk.lookup)
commands.command("overlaps")(ip_bulk.overlaps)
commands.command("aggregate")(ip_bulk.aggregate)
commands.command("announced")(ip_routing.announced)
commands.command("roa")(ip_routing.roa)
commands.command("route-object")(ip_routing.route_object)
commands.command("reverse")(ip_routing.reverse)
commands.command("delegate-reverse")(ip_routing.delegate_reverse)
