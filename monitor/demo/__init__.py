"""The bundled sample news: invented outlets on `.example` addresses, and a small server that publishes them on 127.0.0.1."""
