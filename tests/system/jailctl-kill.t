#!/bin/bash
# jailctl kill and gc: what root ends is gone, and what died leaves nothing.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

[ "$WORLD_JAILED" != no ] || exec echo "1..0 # SKIP about jails"

kill_ends_all_that_runs_inside_and_returns_after_it() {
	connect a alice
	as alice 'for i in $(seq 300); do setsid sleep 1000 >/dev/null 2>&1 </dev/null & done'
	leaf=$(_leaf_of alice)
	jailctl kill alice >"$scratch/out"
	grep -E '^alice +customer-[0-9a-f]+ +[0-9]+ +ended$' "$scratch/out"
	has_no_process alice
	fails test -e "$leaf"
	fails jailctl show alice
	as alice true # the next login builds anew
}

kill_takes_a_jail_by_its_name() {
	connect a alice
	jailctl exec --policy open alice -- sleep 1001 &
	wait_for pgrep -u alice -x sleep
	jail=$(jailctl list -q | awk '$1 == "alice" && $3 == "open" { print $2 }')
	jailctl kill "$jail"
	status_is 137 wait $!
	jailctl show alice | grep -E '^policy +customer'
	is "$(jailctl list -q | grep -c '^alice ')" 1
}

kill_ends_a_jail_that_lingers() {
	as erin true
	jailctl list -q | grep -E '^erin .* lingering '
	jailctl kill erin -q
	fails jailctl show erin
}

a_dry_run_ends_nothing() {
	connect a alice
	jailctl kill --dry-run alice | grep 'would be ended'
	jailctl show alice
	status_is 4 jailctl kill --dry-run nobody-of-that-name
}

kill_as_json_tells_the_outcome() {
	as erin true
	jailctl kill erin --json >"$scratch/json"
	grep '"outcome": "ended"' "$scratch/json"
	grep '"schema_version": 1' "$scratch/json"
}

# A supervisor that hangs does not keep its jail out of root's reach.
kill_works_without_an_answer_of_the_supervisor() {
	connect a alice
	_stop_supervisor
	jailctl kill alice | grep 'does not answer'
	wait_for has_no_process alice # whom sshd has yet to reap
	kill -CONT "$supervisor"
	wait_for _is_gone alice
}

# Until the promise ends, however it ends.
_stop_supervisor() {
	supervisor=$(supervisors)
	kill -STOP "$supervisor"
	trap 'kill -CONT "$supervisor" || :; end_background' EXIT
}

# What it could not look at, or not end, has not ended.
kill_says_ended_only_of_what_it_saw_end() {
	connect a alice
	leaf=$(_leaf_of alice)
	leaf=${leaf#*/pam_jail/}
	_stop_supervisor
	status_is 1 _kill_without "$leaf/cgroup.kill" >"$scratch/out"
	grep -E '^alice .* is still there$' "$scratch/out"
	pgrep -u alice
	_kill_without "$leaf/cgroup.procs" | grep 'does not answer'
	wait_for has_no_process alice
	kill -CONT "$supervisor"
	wait_for _is_gone alice
}

_kill_without() { # FILE: which cannot be opened at first
	strace -f -qq -o "$scratch/trace" -P "$1" -e inject=openat:error=EIO:when=1 \
		jailctl kill alice
}

# Nobody knows whether there is a supervisor where it cannot be asked.
gc_says_whom_it_could_not_judge() {
	as bob true
	wait_for _is_gone bob
	for way in --dry-run ""; do
		# shellcheck disable=SC2086 # none or one
		status_is 1 strace -f -qq -o "$scratch/trace" -e inject=socket:error=EIO \
			jailctl gc $way >"$scratch/out"
		grep -E '^2002 +supervisor +socket: Input/output error$' "$scratch/out"
	done
	test -n "$(_cgroups_of 2002)"
}

a_killed_supervisor_takes_its_jail_with_it_and_gc_the_rest() {
	connect a alice
	leaf=$(_leaf_of alice)
	kill -9 "$(supervisors)"
	wait_for has_no_process alice
	jailctl list -q | grep -E '^alice .* stale '
	jailctl gc --dry-run | grep 'would be removed'
	test -e /run/pam_jail/2001
	jailctl gc >"$scratch/out"
	grep -E '^2001 +cgroup +removed$' "$scratch/out"
	grep -E '^2001 +state +removed$' "$scratch/out"
	fails test -e /run/pam_jail/2001
	fails test -e "${leaf%/*}"
	is "$(jailctl gc)" ""
}

gc_leaves_what_is_alive() {
	connect a alice
	as bob true
	jailctl list >"$scratch/before"
	jailctl gc --all
	as alice true
	jailctl show alice
	test -e /run/pam_jail/stub
}

gc_removes_cgroups_that_nobody_uses() {
	as bob true
	wait_for _is_gone bob
	test -n "$(_cgroups_of 2002)"
	jailctl gc
	is "$(_cgroups_of 2002)" ""
	as bob true
}

gc_all_unpins_what_lies_below_the_jails() {
	_end_everything
	jailctl gc --all | grep -E ' pinned namespace +removed$'
	fails test -e /run/pam_jail/stub
	as alice true
	test -e /run/pam_jail/stub
}

# While a login holds the lock, nothing is taken from under it.
gc_respects_the_lock_of_a_login() {
	_end_everything
	mkdir -m 700 /run/pam_jail/2001
	: >/run/pam_jail/2001/lock
	flock /run/pam_jail/2001/lock sleep 1002 &
	wait_for _is_locked
	status_is 1 jailctl gc >"$scratch/out"
	grep -E '^2001 +state +lock .*timed out' "$scratch/out"
	test -e /run/pam_jail/2001/lock
	pkill -x sleep
	wait
	jailctl gc
	fails test -e /run/pam_jail/2001
}

logins_during_gc_lose_nothing() {
	for round in 1 2 3 4 5 6 7 8; do
		as alice "echo $round" >>"$scratch/out" &
		as bob "echo $round" >>"$scratch/out" &
		jailctl gc --all -q
	done
	wait
	is "$(wc -l <"$scratch/out")" 16
}

_is_locked() {
	! flock -n /run/pam_jail/2001/lock true
}

_leaf_of() { # USER: its directory in the cgroup2 hierarchy
	local base=/sys/fs/cgroup
	[ ! -d "$base/unified" ] || base+=/unified
	echo "$base$(jailctl show "$1" | awk '$1 == "cgroup" { print $2 }')"
}

_cgroups_of() { # UID
	find /sys/fs/cgroup -type d -path "*pam_jail*/$1"
}

_is_gone() { # USER
	! jailctl show "$1" >/dev/null 2>&1
}

_end_everything() {
	jailctl list -q | awk '{ print $2 }' | while read -r jail; do
		jailctl kill -q "$jail"
	done
	wait_for _no_supervisor
}

_no_supervisor() {
	! supervisors
}

run_promises "$@"
