"""Errors of the faces themselves: what a caller asked for cannot be put together, before any engine is called.

ApiError
├── CarrierUnknown          a batch comes without the code of its carrier
├── BatchManifestFaulty     the file that names the batches of a run cannot be used
├── OptionFaulty            the value of an option has no meaning
├── RunNotFound             the folder holds no finished run
├── CarrierNotInRun         a run holds nothing of this carrier
├── DemoFolderTaken         the folder of a demonstration holds something else
└── PurposeMissing          values of persons were asked for without saying what for
"""

from typing import ClassVar


class ApiError(Exception):
    """Root of the errors of this package; `code` is stable, fields are keyword arguments, `template` is the message."""

    code: ClassVar[str] = "api"
    template: ClassVar[str] = "{detail}"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))


class CarrierUnknown(ApiError):
    """A batch comes without the code of its carrier."""

    code = "carrier-unknown"
    template = "{path}: no carrier is named; give --carrier, or carrier = ... in the carrier profile or batch manifest"


class BatchManifestFaulty(ApiError):
    """The file that names the batches of a run cannot be used."""

    code = "batch-manifest-faulty"
    template = "batch manifest {path}: {detail}"


class OptionFaulty(ApiError):
    """The value of an option has no meaning."""

    code = "option-faulty"
    template = "{option} {value}: {detail}"


class RunNotFound(ApiError):
    """The folder holds no finished run."""

    code = "run-not-found"
    template = (
        "{path} holds no finished run (no manifest.json); make one with `sogoc reconcile`, or finish it by --resume"
    )


class CarrierNotInRun(ApiError):
    """A run holds nothing of this carrier."""

    code = "carrier-not-in-run"
    template = "{run} has no batch of carrier {carrier}; it has {known}"


class DemoFolderTaken(ApiError):
    """The folder of a demonstration holds something else."""

    code = "demo-folder-taken"
    template = (
        "{path} is not empty; name another folder, or give --force, which clears the folder of an earlier demo only"
    )


class PurposeMissing(ApiError):
    """Values of persons were asked for without saying what for."""

    code = "purpose-missing"
    template = "--reveal shows values of the register and is written down in {path}; say what for: --purpose TEXT"
