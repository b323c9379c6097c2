#!/bin/bash
# After many logins the host is as after one, and no timing gets one outside.
# shellcheck source=../lib/series.sh
. "$(dirname "$0")/../lib/series.sh"

# shellcheck disable=SC2034 # of tap.sh
promise_seconds=300 # one makes 400 logins by ssh

# In process, most of them first logins; `make bench-series` makes 10 000. Before,
# one of each user: it makes the cgroup that carries the plan, and fills caches.
# Without: libjail/cgroup.c: s/unlinkat(host->unified, path, AT_REMOVEDIR) < 0/0/
five_hundred_logins_leave_nothing() {
	needs_jail
	make_series_users 100
	log_in_series 100 1
	wait_for no_supervisor
	footprint >"${scratch:?}/before"
	baseline_now
	log_in_series 100 5
	back_to_baseline
	wait_for _no_more_is_dying
	footprint >"$scratch/after"
	paste "$scratch/before" "$scratch/after"
	# A namespace, a mount or a task that stays would be 2 KiB and more, each time.
		[ "$(held kernel_KiB "$scratch/after")" -lt $(($(held kernel_KiB "$scratch/before") + 1000)) ]
}

_no_more_is_dying() {
	footprint >"$scratch/after"
	[ "$(held dying_cgroups "$scratch/after")" -le "$(held dying_cgroups "$scratch/before")" ]
}

# The same by a real server.
fifty_ssh_logins_leave_nothing() {
	needs_jail
	baseline alice
	for ((i = 0; i < 50; i++)); do
		as alice true
	done
	back_to_baseline
	is "$(supervisors)" ''
}

# From nothing: somebody builds, the others wait.
many_first_logins_at_once_all_get_in() {
	needs_jail
	baseline alice
	_logins_at_once 30 >"$scratch/seen"
	is "$(grep -c . "$scratch/seen")" 30
	back_to_baseline
}

# A session ends while the next one comes: jailed, never outside, and never
# refused either, for somebody who may log in.
the_last_logout_races_a_new_login() {
	needs_jail
	baseline alice
	for ((i = 0; i < 200; i++)); do
		as alice 'readlink /proc/self/ns/mnt' &
		sleep "0.$(printf '%03d' $((RANDOM % 80 + 40)))"
		as alice 'readlink /proc/self/ns/mnt'
		wait $!
	done >"$scratch/seen"
	is "$(grep -c '^mnt:' "$scratch/seen")" 400
	fails grep -F "$(readlink /proc/1/ns/mnt)" "$scratch/seen"
	back_to_baseline
}

a_limit_on_logins_holds_at_once_too() {
	needs_jail
	baseline alice
	keep /etc/jail.conf
	sed -i '/^plan "customer"/s/sessions_max = 100/sessions_max = 3/' /etc/jail.conf
	connect one alice
	connect two alice
	connect three alice
	mark_log
	status_is 255 as alice true 2>"$scratch/err"
	wait_for logged 'refused: user alice .*too many logins at the same time \(3 allowed\)'
	end_background
	back_to_baseline
	# Those that are refused count for nothing.
	_logins_at_once 12 >"$scratch/seen" || true
	[ "$(grep -c '^mnt:' "$scratch/seen")" -ge 3 ]
	as alice true
}

_logins_at_once() { # COUNT
	local i pids=() status=0
	for ((i = 0; i < $1; i++)); do
		as alice 'readlink /proc/self/ns/mnt' &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || status=$?
	done
	return $status
}

run_promises "$@"
