"""Models from the Hugging Face hub, by its own library: only when the user names one."""

from pathlib import Path

from graphrag.errors import ConfigError, LanguageModelError, MissingDependencyError

PREFIX = "hf:"
_EXAMPLE = "hf:OWNER/REPO/FILE.gguf"


def parse_hub_address(address: str) -> tuple[str, str]:
    """Return the repository and the file that an address names.

    Raises
    ------
    ConfigError
        If it is not of the form ``hf:OWNER/REPO/FILE.gguf``.

    Examples
    --------
    >>> parse_hub_address("hf:someone/tiny-GGUF/q4/tiny.gguf")
    ('someone/tiny-GGUF', 'q4/tiny.gguf')
    """
    owner, _, rest = address.removeprefix(PREFIX).partition("/")
    name, _, file = rest.partition("/")
    parts = [owner, name, *file.split("/")]
    if not address.startswith(PREFIX) or not file.endswith(".gguf") or any(part in {"", ".", ".."} for part in parts):
        raise ConfigError(f"Expected a model on the Hugging Face hub to be given as {_EXAMPLE} (got {address!r})")
    return f"{owner}/{name}", file


def fetch_model(address: str, *, endpoint: str | None = None, folder: Path | None = None) -> Path:
    """Return the path of a model's file, downloaded unless an earlier call did.

    Parameters
    ----------
    address
        ``hf:OWNER/REPO/FILE.gguf``.
    endpoint
        Of the hub; None for the library's own (the environment variable ``HF_ENDPOINT``, else the public one).
    folder
        Where files are kept; None for the library's own (``HF_HOME``).

    Raises
    ------
    ConfigError
        If the address has another form.
    LanguageModelError
        If there is no such file or it cannot be downloaded.
    MissingDependencyError
        If the hub's library is not installed.
    """
    repository, file = parse_hub_address(address)
    try:
        import huggingface_hub  # noqa: PLC0415  # optional
    except ImportError as error:
        raise MissingDependencyError("A model from the Hugging Face hub", "llama") from error
    try:
        return Path(huggingface_hub.hf_hub_download(repository, file, endpoint=endpoint, cache_dir=folder))
    # The library raises errors of its HTTP client too, and which one that is changes between its versions.
    except Exception as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise LanguageModelError(f"Cannot fetch {address}: {reason}", retryable=True) from error
