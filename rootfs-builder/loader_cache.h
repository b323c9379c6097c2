/*
 * loader_cache.h - an /etc/ld.so.cache for the image, made without ldconfig(8).
 */
#pragma once

#include "loader.h"

/*
 * Writes etc/ld.so.cache below dir_fd. It holds only the libraries outside the
 * loader's built-in directories; the loader looks into those afterwards by
 * itself. Without such libraries it does nothing.
 */
int loader_cache_write(const struct loader *loader, int dir_fd, struct jail_error *err);
