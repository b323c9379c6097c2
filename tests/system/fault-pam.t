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

# Without CAP_SYS_RESOURCE and below our core limit, the session fails after the
# crossing; only the supervisor can still say so.
a_session_that_broke_inside_is_logged() {
	needs_jail
	connect alive alice
	another_sshd bash -c 'ulimit -c 0; exec setpriv --bounding-set=-sys_resource "$@"' -
	mark_log
	status_is 255 as alice true -p 2299
	wait_for logged 'broken: user alice service sshd .* rlimits: RLIMIT_CORE: Operation not permitted'
	is "$(within alive 'echo well')" well
}

run_promises "$@"
