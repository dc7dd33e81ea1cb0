"""The command line `sogoc` as a module, for proofs that start it as users do, from this checkout."""

from api.commands.main import run

if __name__ == "__main__":
    run()
