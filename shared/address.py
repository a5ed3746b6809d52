"""Where phones find this server."""

import io
import socket


def lan_address() -> str:
    """This machine's address in the local network, or "127.0.0.1" if it has none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: reserved for documentation; connecting only picks a route
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def free_port(host: str, wanted: int) -> int:
    """`wanted` if it can be listened on at `host`, else the next one that can. Raises OSError if none is left."""
    for port in range(wanted, min(wanted + 100, 65536)):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return port
            except (PermissionError, OverflowError):
                continue
            except OSError as problem:
                if problem.errno is not None and isinstance(problem, socket.gaierror):
                    raise
    raise OSError(f"no free port from {wanted} on")


def qr_code(url: str) -> str:
    """A QR code of `url` (ISO/IEC 18004) as inline SVG, dark on white whatever the page's colours are."""
    import segno

    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", scale=6, border=3, light="white", xmldecl=False, svgns=False)
    return out.getvalue().decode()
