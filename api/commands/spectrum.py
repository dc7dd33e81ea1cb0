"""`sogoc spectrum`: the frequency register, its tables and plans, its fees, its files."""

import typer

from api.commands import spectrum_plan, spectrum_register

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Tần số vô tuyến điện: quy hoạch, giấy phép, đài, phí · Radio frequencies: plan, licences, stations, fees",
)
spectrum_plan.add_to(commands)
spectrum_register.add_to(commands)
