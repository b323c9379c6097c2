/*
 * stub.h - the empty world under every jail: one mount namespace of the host
 * whose "/" is an empty read-only tmpfs, made once and pinned.
 *
 * A jail enters it and stacks its own root on "/", so no jail copies the host's
 * mounts and nobody calls pivot_root(2), which walks every task. Kernel 7.0's
 * OPEN_TREE_NAMESPACE will replace the body.
 */
#pragma once

#include "error.h"

/* Directories of the stub where an overlay's layers stand while it is made. */
#define STUB_LAYER "/a"
#define STUB_IMAGE "/b"

/*
 * Opens the pinned namespace, making and pinning it first where there is none.
 *   returns a namespace descriptor for setns(2), the caller's
 */
int stub_open(struct jail_error *err);

/* Unpins it; jails that live are not affected. For `jailctl gc`. */
void stub_unpin(void);
