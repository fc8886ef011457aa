"""The Sphinx side of the book: execution, figures, and the shape of the site.

Named under ``sphinx: extra_extensions`` in ``_config.yml``. No text of the book lives here:
without this extension the chapters still build, only their charts are not drawn.
"""


def setup(app) -> dict:
    """Sphinx calls this.  Programs that use one module of this package need not load them all."""
    from rare_earths.site import extension

    return extension.setup(app)
