/*
 * layer.h - the small private layer over the image: /etc's own files, /dev and
 * the places to mount on. One tmpfs for each jail, so that no inode of it is
 * shared with another tenant, who could watch it (docs/SECURITY-MODEL.md).
 *
 * With root = scratch it is the overlay's upper layer, where everything goes that
 * is written below "/".
 */
#pragma once

#include "error.h"
#include "ids.h"
#include "login.h"
#include "policy.h"

/* In the layer: what is stacked over the image, and an overlay's own room. */
#define LAYER_ROOT "/root"
#define LAYER_WORK "/work"

/*
 * Makes the layer, of `ids`' root.
 *   image    directory of the image: what must not be hidden is looked up there
 *   returns  a detached tmpfs mount, the caller's
 *   fails    a home or mount target in a place that belongs to the system
 */
int layer_make(const struct jail_login *login, const struct jail_policy *policy,
	const struct jail_ids *ids, const char *hostname, int image, struct jail_error *err);
