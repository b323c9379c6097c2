/*
 * ids.c - the index of users' ids, damaged: nobody gets ids, or each user her own,
 * and the same ones the next time.
 */
#include "ids.h"

#include "fuzz.h"

static bool
ids_again(uid_t uid, const struct jail_ids *before, struct jail_error *err)
{
	struct jail_ids now;

	return ids_of(scratch_fd(), uid, &now, err) == 0 && now.root == before->root &&
	       now.tty == before->tty;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jail_ids alice, bob;
	struct jail_error err = { .text = "" };

	scratch_put("ids", data, size);
	if (ids_of(scratch_fd(), 2001, &alice, &err) < 0 ||
		ids_of(scratch_fd(), 2002, &bob, &err) < 0) {
		must(err.text[0]);
		must_be_one_line(err.text);
		return 0;
	}
	must(alice.root >= 65536 && bob.root >= 65536);
	must(alice.root != bob.root && alice.tty != bob.root && alice.root != bob.tty);
	must(ids_again(2001, &alice, &err) && ids_again(2002, &bob, &err));
	return 0;
}
