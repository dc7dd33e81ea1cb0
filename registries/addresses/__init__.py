"""IPv4 and IPv6 space: blocks, columns of them in bulk, delegated files, growth room, routing, reverse names, maps."""
