#!/bin/bash
# Whoever is killed, and whenever: no shell outside, nothing left, and the next
# login is as good as the first.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

_init_of() { # USER
	pgrep -P "$(supervisor_of "$1")" -x init
}

# The process that PAM crossed: sshd's, which stays root.
_monitor_of() { # USER
	pgrep -o -f "^sshd: $1 \[priv\]"
}

a_killed_monitor_ends_its_session() {
	needs_jail
	baseline alice
	connect doomed alice
	background ssh -S "$scratch/doomed" world 'sleep 1000'
	wait_for pgrep -u alice -x sleep
	kill -9 "$(_monitor_of alice)"
	back_to_baseline
	has_no_process alice
	is_jailed alice
}

a_killed_supervisor_takes_its_jails_along() {
	needs_jail
	baseline alice bob
	connect bystander bob
	connect doomed alice
	background ssh -S "$scratch/doomed" world 'setsid sleep 1000'
	wait_for pgrep -u alice -x sleep
	kill -9 "$(supervisor_of alice)"
	wait_for has_no_process alice
	is_jailed alice
	is "$(within bystander 'id -un')" bob
	end_background
	back_to_baseline
}

# What it leaves without a next login is swept by the next one of that user.
a_supervisor_killed_without_a_session_has_a_successor() {
	needs_jail
	connect erin erin
	end_background
	wait_for _has_no_session erin
	kill -9 "$(supervisor_of erin)"
	wait_for _is_free erin
	is "$(as erin 'id -un')" erin
	end_jails_of erin
}

_has_no_session() { # USER
	! pgrep -f "^sshd: $1"
}

_is_free() { # USER
	! supervisor_of "$1"
}

a_killed_init_ends_its_jail() {
	needs_jail
	baseline alice
	connect doomed alice
	background ssh -S "$scratch/doomed" world 'setsid sleep 1000'
	wait_for pgrep -u alice -x sleep
	kill -9 "$(_init_of alice)"
	back_to_baseline
	is_jailed alice
}

# Signals that init could obey, from inside and out.
init_obeys_no_signal() {
	needs_jail
	connect alive alice
	init=$(_init_of alice)
	for signal in HUP INT QUIT TERM USR1 SEGV ABRT TSTP CHLD; do
		kill "-$signal" "$init"
		within alive "kill -$signal 1; true"
	done
	within alive 'kill -KILL 1; kill -STOP 1; true'
	is "$(within alive 'id -un')" alice
}

# At moments spread over a login's time; a seed, if it matters, is in the log.
_kill_at_random() { # TIMES VICTIM_COMMAND...
	local i times=$1 login moment
	shift
	for ((i = 0; i < times; i++)); do
		as alice 'readlink /proc/self/ns/mnt' >>"$scratch/seen" 2>"$scratch/err" &
		login=$!
		moment=$((RANDOM % 120))
		sleep "0.$(printf '%03d' $moment)"
		# shellcheck disable=SC2046 # pids, or none at this moment
		kill -9 $("$@") || true
		wait "$login" || true
	done
	fails grep -F "$(readlink /proc/1/ns/mnt)" "$scratch/seen"
	is_jailed alice
	back_to_baseline
}

a_supervisor_killed_at_any_moment() {
	needs_jail
	baseline alice
	_kill_at_random 60 pgrep -f '^jail-supervisor 2001 '
}

a_monitor_killed_at_any_moment() {
	needs_jail
	baseline alice
	_kill_at_random 60 pgrep -f '^sshd: (alice|\[accepted\]|unknown)'
}

an_init_killed_at_any_moment() {
	needs_jail
	baseline alice
	_kill_at_random 60 pgrep -x init
}

# The reservation of the account phase goes with who made it, in seconds.
a_monitor_killed_between_account_and_session() {
	needs_jail
	baseline alice
	keep /etc/pam.d/sshd
	sed -i 's|^session.*pam_jail.*|session required pam_exec.so /usr/bin/sleep 1000\n&|' /etc/pam.d/sshd
	background ssh -o BatchMode=yes alice@world true
	wait_for pgrep -x -f '/usr/bin/sleep 1000'
	kill -9 "$(_monitor_of alice)" "$(pgrep -x -f '/usr/bin/sleep 1000')"
	back_to_baseline
}

# The stub is made once a boot: a supervisor killed over that must not leave its
# child, which would keep the listening socket.
a_supervisor_killed_while_it_makes_the_stub() {
	needs_jail
	baseline alice
	for ((i = 0; i < 20; i++)); do
		umount /run/pam_jail/stub
		as alice true &
		login=$!
		wait_for supervisor_of alice
		sleep "0.00$((RANDOM % 10))"
		# shellcheck disable=SC2046 # pids
		kill -9 $(pgrep -f '^jail-supervisor 2001 ') || true
		wait "$login" || true
		is_jailed alice
		wait_for no_supervisor
		mountpoint -q /run/pam_jail/stub
	done
	back_to_baseline
}

# 30 s is the module's patience; a shorter one is not to be had from a test.
a_stopped_supervisor_refuses_in_bounded_time() {
	needs_jail
	baseline alice bob
	connect alive alice
	kill -STOP "$(supervisor_of alice)"
	mark_log
	background ssh -o BatchMode=yes alice@world true
	login=$!
	is_jailed bob
	is "$(within alive 'id -un')" alice
	status_is 255 wait "$login"
	wait_for logged 'refused alice .*admit: receive a message: Connection timed out'
	kill -CONT "$(supervisor_of alice)"
	is "$(within alive 'id -un')" alice
	is_jailed alice
	end_background
	back_to_baseline
}

a_stopped_init_is_still_killed() {
	needs_jail
	baseline alice
	connect alive alice
	kill -STOP "$(_init_of alice)"
	is "$(within alive 'id -un')" alice
	end_background
	back_to_baseline
}

run_promises "$@"
