#!/bin/bash
# The PAM lines: the escape hatch is one whatever else is broken, and a line
# that is missing, doubled or weakened leaves nobody outside.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

an_exempt_user_needs_no_group_lookup() {
	needs_jail
	keep /etc/group
	# More than a login can carry: as good as a directory that does not answer.
	for ((i = 0; i < 600; i++)); do
		echo "many$i:x:$((5000 + i)):admin,alice"
	done >>/etc/group
	is "$(as admin 'id -un')" admin
	status_is 255 as alice true
}

run_promises "$@"
