#!/bin/bash
# All sessions of a user under one policy are in one jail; others have their own.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

two_sessions_share_one_jail() {
	connect first alice
	connect second alice
	is "$(within first "$namespaces")" "$(within second "$namespaces")"
}

they_see_each_others_files_and_processes() {
	connect first alice
	connect second alice
	within first 'echo shared >/tmp/note; echo shm >/dev/shm/note'
	is "$(within second 'cat /tmp/note /dev/shm/note')" "shared
shm"
	background ssh -S "$scratch/first" world 'exec sleep 24680'
	wait_for within second 'pgrep -f "^sleep 24680" >/dev/null'
	within second 'pkill -f "^sleep 24680"'
}

every_namespace_differs_from_the_neighbours() {
	needs_jail
	connect alice alice
	connect bob bob
	_all_differ "$(within alice "$namespaces")" "$(within bob "$namespaces")"
}

every_namespace_differs_from_the_hosts() {
	needs_jail
	_all_differ "$(as alice "$namespaces")" "$(sh -c "$namespaces")"
}

a_session_cannot_regain_power() {
	needs_jail
	as alice 'cat /proc/self/status' >"$scratch/status"
	local set
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		grep -q "^$set:	0*$" "$scratch/status"
	done
	grep -q '^NoNewPrivs:	1$' "$scratch/status"
	grep -q '^Seccomp:	2$' "$scratch/status"
	is "$(as alice 'ulimit -c')" 0 # in blocks of 512; the limit is one byte
	is "$(as alice 'find / -xdev -perm /6000 2>/dev/null')" ""
}

# The monitor, root, is in the jail as well, with four capabilities:
# CHOWN 0, SETGID 6, SETUID 7, AUDIT_WRITE 29.
the_root_process_of_the_session_is_confined() {
	needs_jail
	local status
	connect alice alice
	status=/proc/$(monitors_of alice)/status
	grep -q '^CapEff:	00000000200000c1$' "$status"
	grep -q '^CapPrm:	00000000200000c1$' "$status"
	grep -q '^CapBnd:	0*$' "$status"
	grep -q '^NoNewPrivs:	1$' "$status"
	grep -q '^Seccomp:	2$' "$status"
	is "$(find "/proc/$(monitors_of alice)/fd" -type l -lname '/[!d]*')" "" # but /dev
}

# A peer that takes its lock late loses a third of them and more.
# Without: libjail/client.c: s/lock = state_lock(uid, LOCK_TIMEOUT_MS, err);/lock = open("\/dev\/null", O_CLOEXEC);/
fifty_first_logins_at_once_land_in_one_jail() {
	local i logins=()
	for i in $(seq 50); do
		ssh -o BatchMode=yes alice@world "$namespaces
			touch ~/in-$i
			until [ -e ~/go ]; do sleep 0.1; done" >"$scratch/login-$i" 2>&1 &
		logins+=($!)
	done
	wait_for _fifty_are_in
	[ "$WORLD_JAILED" = no ] || is "$(supervisors | wc -l)" 1
	touch /home/alice/go
	wait "${logins[@]}"
	is "$(cat "$scratch"/login-* | wc -l)" 300
	is "$(sort -u "$scratch"/login-* | wc -l)" 6
}

_fifty_are_in() {
	local in=(/home/alice/in-*)
	[ ${#in[@]} = 50 ]
}

_all_differ() { # NAMESPACES NAMESPACES
	is "$(wc -l <<<"$1")" 6
	is "$(printf '%s\n' "$1" "$2" | sort | uniq -d)" ""
}

run_promises "$@"
