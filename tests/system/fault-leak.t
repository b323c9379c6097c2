#!/bin/bash
# After many logins the host is as after one, and no timing gets one outside.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

two_hundred_logins_leave_nothing() {
	needs_jail
	baseline alice
	for ((i = 0; i < 200; i++)); do
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
