#!/bin/bash
# Who fills or bombs what the jail has, hits a limit inside: the supervisor, the
# user's plan and everybody else go on, and jailctl can end it.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

processes='i=0; while [ $i -lt 150 ]; do sleep 1000 >/dev/null 2>&1 & i=$((i + 1)); done'
memory='head -c 300M /dev/zero | tail -c 300M | wc -c'

_small_plan() {
	needs_jail
	keep /etc/jail.conf
	sed -i '/^plan "customer"/s/{.*/{ memory_max = 100M  tasks_max = 60  sessions_max = 9 }/' \
		/etc/jail.conf
}

# The supervisor is the one of before, and nobody else noticed.
_others_go_on() {
	is "$(supervisor_of alice)" "$supervisor"
	is_jailed bob
	is "$(as admin 'id -un')" admin
}

_bystand() {
	connect alive alice
	supervisor=$(supervisor_of alice)
}

a_fork_bomb() {
	_small_plan
	outside alice "$processes"
	pkill -u alice
	_bystand
	fails within alive "$processes" 2>"$scratch/said"
	grep -i 'fork' "$scratch/said"
	_others_go_on
	jailctl kill alice
	wait_for has_no_process alice
	is_jailed alice
}

a_memory_bomb() {
	_small_plan
	is "$(outside alice "$memory")" $((300 << 20))
	_bystand
	isnt "$(within alive "$memory")" $((300 << 20))
	_others_go_on
	end_background
	is_jailed alice
}

a_tmp_that_is_filled() {
	_small_plan
	outside alice 'head -c 300M /dev/zero >/tmp/x && rm /tmp/x'
	_bystand
	fails within alive 'head -c 300M /dev/zero >/tmp/x'
	_others_go_on
	end_background
	is_jailed alice
}

a_tmp_without_inodes() {
	_small_plan
	outside alice 'mkdir /tmp/x && cd /tmp/x && seq 150000 | xargs touch && rm -r /tmp/x'
	_bystand
	fails within alive 'cd /tmp && seq 150000 | xargs touch'
	_others_go_on
	end_background
	is_jailed alice
}

run_promises "$@"
