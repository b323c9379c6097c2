#!/bin/bash
# The supervisor's program by itself: it is no tool for anybody's hands, and as
# --hold the one process that keeps a unit's cgroup.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

supervisor=/usr/libexec/pam_jail/jail-supervisor

it_is_started_by_logins_only() {
	needs_jail
	status_is 0 "$supervisor" --version >"$scratch/version"
	grep -E '^jail-supervisor [0-9.]+$' "$scratch/version"
	status_is 2 "$supervisor" 2>"$scratch/err"
	grep 'not by hand' "$scratch/err"
	status_is 2 "$supervisor" 2001 /etc/jail.conf # without its listening socket
	status_is 2 "$supervisor" no-number /etc/jail.conf 3</dev/null
	status_is 1 "$supervisor" 2001 /etc/jail.conf 3</dev/null # that is none
}

the_holder_sleeps_in_the_cgroup() {
	needs_jail
	background "$supervisor" --hold
	wait_for _sleeps_for_good "$!"
	as alice true # and is in nobody's way
	kill -0 "$!"
}

_sleeps_for_good() { # PID
	grep -qE '^(pause|do_sys_pause|__do_sys_pause)$' "/proc/$1/wchan" ||
		awk '$1 == 34 { exit 0 } { exit 1 }' "/proc/$1/syscall"
}

# Not a process that pretends to hold one.
a_holder_without_a_cgroup_says_so() {
	needs_jail
	status_is 1 unshare --mount sh -c "umount -l /sys/fs/cgroup; exec $supervisor --hold" \
		2>"$scratch/err"
	grep '^jail-supervisor: ' "$scratch/err"
}

run_promises "$@"
