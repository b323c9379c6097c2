#!/bin/bash
# After the last logout, and after any kill -9, nothing is left within 5 s.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

[ "$WORLD_JAILED" = yes ] || exec echo "1..0 # SKIP all of it is a property of the jail"

the_last_logout_leaves_nothing() {
	as bob true # what is made once for the whole host exists from here on
	gone_within_5_s bob
	_machine >"$scratch/before"
	connect one alice
	connect two alice
	as alice 'sleep 4711 >/dev/null 2>&1 & setsid sleep 4712 >/dev/null 2>&1 &
		perl -e "shmget(2424, 4096, 01666) // die"'
	_remember_jail
	ssh -S "$scratch/one" -O exit world
	is "$(within two 'echo still here')" "still here"
	ssh -S "$scratch/two" -O exit world
	gone_within_5_s alice "$jail_pid_ns" "$jail_mnt_ns"
	_machine >"$scratch/after"
	diff "$scratch/before" "$scratch/after"
}

kill_9_of_the_monitor() {
	connect one alice
	_remember_jail
	kill -9 "$(monitors_of alice)"
	gone_within_5_s alice "$jail_pid_ns" "$jail_mnt_ns"
	_logins_work_again
}

kill_9_of_one_monitor_spares_the_other_session() {
	local other
	connect one alice
	other=$(monitors_of alice)
	connect two alice
	kill -9 "$(monitors_of alice | grep -v "^$other$")"
	is "$(within one 'echo still here')" "still here"
}

# Its files and directories nobody is there to remove: the next login does.
kill_9_of_the_supervisor() {
	connect one alice
	_remember_jail
	kill -9 "$(supervisors)"
	nothing_within_5_s life_of alice "$jail_pid_ns" "$jail_mnt_ns"
	_logins_work_again
}

kill_9_of_init() {
	connect one alice
	_remember_jail
	kill -9 "$(init_of_jail "$jail_process")"
	gone_within_5_s alice "$jail_pid_ns" "$jail_mnt_ns"
	_logins_work_again
}

kill_9_of_everything_at_once() {
	connect one alice
	_remember_jail
	# shellcheck disable=SC2046 # several pids
	kill -9 $(monitors_of alice) $(supervisors) "$(init_of_jail "$jail_process")"
	nothing_within_5_s life_of alice "$jail_pid_ns" "$jail_mnt_ns"
	_logins_work_again
}

# Nobody answers: refused after a while, and only this user.
a_stopped_supervisor_refuses_its_user_only() {
	connect one alice
	local supervisor
	supervisor=$(supervisors)
	kill -STOP "$supervisor"
	fails as alice 'echo in' >"$scratch/out"
	kill -CONT "$supervisor"
	is "$(cat "$scratch/out")" ""
	is "$(as bob 'id -un')" bob
	is "$(as alice 'id -un')" alice
	# It answered when the asker had left: that admission lapses after 20 s.
	ssh -S "$scratch/one" -O exit world
	wait_for _nothing_is_left
}

the_last_logout_may_race_a_login() {
	local i
	for i in $(seq 30); do
		as alice "$namespaces" >"$scratch/there" || fail "login $i refused"
		is "$(sort "$scratch/there" <(sh -c "$namespaces") | uniq -d)" ""
	done
	gone_within_5_s alice
}

# Remembers alice's jail by the namespaces of one of its processes.
_remember_jail() {
	jail_process=$(pgrep -n -u alice)
	jail_pid_ns=$(readlink "/proc/$jail_process/ns/pid")
	jail_mnt_ns=$(readlink "/proc/$jail_process/ns/mnt")
	isnt "$jail_pid_ns" "$(readlink /proc/self/ns/pid)"
	isnt "$(traces_of alice)" ""
}

_nothing_is_left() {
	[ -z "$(traces_of alice)" ]
}

_logins_work_again() {
	is "$(as alice 'id -un')" alice
	gone_within_5_s alice
}

# What the whole machine has of the things that a jail is made of.
_machine() {
	ps -N -C ps,sort,bash -o comm= | sort
	cut -d' ' -f5- /proc/self/mountinfo
	find /sys/fs/cgroup -mindepth 2 -type d | grep -v '/pam_jail/2001$'
	find /run/pam_jail | grep -v '/2001$'
	find /proc/[0-9]*/ns -lname '*:*' -printf '%l\n' 2>/dev/null | sort -u | wc -l
}

run_promises "$@"
