"""What a training tells the C library about memory."""

import ctypes

_M_TOP_PAD, _M_MMAP_MAX = -2, -4  # glibc's malloc.h


def keep_memory() -> None:
    """Tell glibc to keep the memory of large matrices: giving it back and getting it again is slow."""
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:
        return
    libc.mallopt(_M_MMAP_MAX, 0)
    libc.mallopt(_M_TOP_PAD, 2**29)
