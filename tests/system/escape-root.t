#!/bin/bash
# No path, no link, no descriptor and no handle leads to the host's root.
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

a_second_chroot_with_a_kept_descriptor() {
	is_blocked second_chroot
}

a_second_chroot_that_leaves_the_directory_outside() {
	is_blocked chroot_from_outside
}

dotdot_from_where_the_session_stands() {
	prepare_escape
	cd /
	LEAVE=1 in_chroot dotdot
	is_blocked_inside dotdot
}

the_roots_and_descriptors_of_all_processes_in_proc() {
	is_blocked proc_links
}

a_handle_of_the_host_by_open_by_handle_at() {
	prepare_escape
	mkdir -p "$cell"
	echo secret >"$cell.secret"
	read -r type handle < <("$helper" name_handle "$cell.secret")
	cd "$cell" || return
	LEAVE=1 in_chroot open_handle "$type" "$handle"
	is_blocked_inside open_handle "$type" "$handle"
	rm "$cell.secret"
}

a_directory_passed_between_sessions_stays_in_the_jail() {
	prepare_escape
	_give_and_take /home/alice/passed as as
}

# The known limit of every jail that shares a directory with somebody outside
# (README, "what it does not protect against"). Here so that a change is seen.
a_directory_from_the_same_users_unjailed_process_is_the_known_limit() {
	prepare_escape
	_give_and_take /home/alice/passed outside as
}

_give_and_take() { # SOCKET GIVER TAKER
	local wanted=1
	[ "$2" = as ] || wanted=0
	background "$2" alice "./try_escape give $1 /"
	wait_for test -S "$1"
	status_is "$wanted" "$3" alice "./try_escape take $1" >"${scratch:?}/taken"
	grep -q 'received descriptor' "$scratch/taken"
	rm "$1"
}

run_promises "$@"
