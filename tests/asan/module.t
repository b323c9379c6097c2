#!/bin/bash
# The module under the sanitizers, in a small program of our own: sshd cannot
# load it then. A leak is looked for where the process stays on the host; inside
# a jail the leak sanitizer may not look at its own memory.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

built=$WORLD_CHECKOUT/build/asan
export ASAN_OPTIONS=detect_stack_use_after_return=1

_stack() { # ARGUMENTS OF PAM_JAIL
	mkdir -p "$scratch/pam.d"
	for kind in account session; do
		echo "$kind required pam_permit.so"
		echo "$kind required $built/pam_jail.so $*"
	done >"$scratch/pam.d/asan"
}

_log_in() { # USER [TIMES]
	"$built/tests/asan/pam_session" "$scratch/pam.d" asan "$@"
}

a_session_opens() {
	_stack
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 _log_in alice >"$scratch/said"
	is "$(head -n 3 "$scratch/said" | tr '\n' ' ')" "account 0 session 0 root "
	# In a PID namespace that has few processes.
	[ "$(tail -n 1 "$scratch/said")" -lt 50 ]
}

a_second_line_is_no_second_jail() {
	_stack
	cat "$scratch/pam.d/asan" "$scratch/pam.d/asan" >"$scratch/twice"
	mv "$scratch/twice" "$scratch/pam.d/asan"
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 _log_in bob >"$scratch/said"
	is "$(head -n 3 "$scratch/said" | tr '\n' ' ')" "account 0 session 0 root "
}

exempt_users_are_let_through() {
	_stack exempt=root,@sudo
	is "$(_log_in admin 5 | sort | uniq -c | awk '/account|session/ { print $1, $2, $3 }')" \
		$'5 account 0\n5 session 0'
}

refusals_leave_nothing() {
	_stack
	is "$(_log_in daemon 5 | sort -u)" $'account 6\nsession 4'
}

nobody_leaves_nothing() {
	_stack
	is "$(_log_in no-such-user 5 | sort -u)" $'account 10\nsession 10'
}

a_wrong_argument_leaves_nothing() {
	_stack no_such_argument
	is "$(_log_in alice 5 | sort -u)" $'account 4\nsession 4'
}

a_missing_configuration_leaves_nothing() {
	_stack config=/nowhere/jail.conf
	is "$(_log_in alice 5 | sort -u)" $'account 6\nsession 4'
}

run_promises "$@"
