#!/bin/bash
# jailctl list, show, who, ps: what is up, for people and for programs.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

_not_about_the_unjailed() {
	[ "$WORLD_JAILED" = no ] || return 0
	echo "1..0 # SKIP about jails"
	exit
}

list_has_a_row_for_each_jail() {
	connect a alice
	connect e erin
	jailctl list >"$scratch/list"
	head -n 1 "$scratch/list" |
		grep -Ex 'USER +JAIL +POLICY +PLAN +SESSIONS +STATE +AGE +MEMORY +TASKS'
	grep -E '^alice +customer-[0-9a-f]+ +customer +customer +1 +live ' "$scratch/list"
	grep -E '^erin +open-[0-9a-f]+ +open +lingering +1 +live ' "$scratch/list"
}

list_as_json_has_numbers_and_utc() {
	connect a alice
	jailctl list --json | _json '
		assert d["schema_version"] == 1
		[jail] = [j for j in d["jails"] if j["user"] == "alice"]
		assert jail["uid"] == 2001 and jail["session_count"] == 1
		assert jail["user_memory_bytes"] > 100000
		assert jail["user_tasks"] > 1
		assert re.fullmatch(r"20..-..-..T..:..:..Z", jail["started"])'
}

an_empty_list_is_no_error() {
	_end_all
	is "$(jailctl list --quiet)" ""
	jailctl list --json | _json 'assert d["jails"] == []'
}

who_tells_sessions_with_their_origin() {
	connect a alice
	connect b alice
	is "$(jailctl who alice -q | grep -cE '^alice +sshd +127.0.0.1 +ssh +[0-9]+ ')" 2
	jailctl who --json | _json '
		pids = {s["pid"] for s in d["sessions"] if s["user"] == "alice"}
		assert len(pids) == 2
		for pid in pids: assert "sshd" in open(f"/proc/{pid}/comm").read()'
}

show_tells_a_jail_by_user_or_name() {
	connect a alice
	jailctl show alice >"$scratch/by-user"
	jail=$(awk '$1 == "jail" { print $2 }' "$scratch/by-user")
	jailctl show "$jail" | grep -E "^user +alice$"
	jailctl show "$jail" --json | _json '
		[jail] = d["jails"]
		assert [s["service"] for s in jail["sessions"]] == ["sshd"]'
}

ps_tells_both_numbers_of_a_process() {
	connect a alice
	within a 'echo $$; exec sleep 1000' >"$scratch/pid" &
	wait_for test -s "$scratch/pid"
	wait_for _ps_has alice 'sleep 1000'
	jailctl ps alice -q | grep 'sleep 1000' >"$scratch/row"
	read -r _ _ pid inside uid _ <"$scratch/row"
	is "$inside" "$(cat "$scratch/pid")"
	is "$uid" 2001
	is "$(tr '\0' ' ' <"/proc/$pid/cmdline")" "sleep 1000 "
	monitor=$(monitors_of alice)
	jailctl ps alice -q |
		grep -E "^alice +[^ ]+ +$monitor +- +$(ps -o uid= -p "$monitor" | tr -d ' ') .*\[priv\]"
	kill "$pid"
}

# The name of a process is its owner's to write, an administrator's to read.
a_process_cannot_write_on_the_terminal_of_ps() {
	connect a alice
	within a 'exec -a "$(printf "x\033]0;owned\007\nroot init\\\\")" sleep 1001' &
	wait_for _ps_has alice 1001
	jailctl ps alice >"$scratch/out"
	grep -F 'x\x1b]0;owned\x07\x0aroot init\x5c 1001' "$scratch/out"
	fails grep -q '^root init' "$scratch/out"
	fails grep -q "$(printf '\033')" "$scratch/out"
	jailctl ps alice --json | _json '
		assert any("\x1b]0;owned\x07\n" in p["command"] for p in d["processes"])'
	kill "$(awk '/owned/ { print $3 }' "$scratch/out")"
}

what_is_not_there_has_its_own_exit_status() {
	for what in show who ps kill; do
		status_is 4 jailctl "$what" nobody-of-that-name 2>"$scratch/err"
		grep '^jailctl: no jail is up' "$scratch/err"
	done
}

wrong_usage_is_told_apart() {
	status_is 2 jailctl
	status_is 2 jailctl frobnicate
	status_is 2 jailctl show
	status_is 2 jailctl list alice
	status_is 2 jailctl list --root=/
	status_is 2 jailctl list --no-such-option
	status_is 0 jailctl help
	status_is 0 jailctl list --help
	status_is 0 jailctl version
}

only_root_is_told() {
	status_is 1 setpriv --reuid=2001 --regid=2001 --clear-groups jailctl list 2>"$scratch/err"
	grep 'only root' "$scratch/err"
}

# Whoever pipes a list somewhere hears when it could not be written.
output_that_is_lost_is_a_failure() {
	connect a alice
	status_is 1 jailctl list >/dev/full
}

a_killed_supervisor_leaves_a_stale_row() {
	connect e erin
	kill -9 "$(_supervisor_of erin)"
	wait_for _state_is erin stale
	jailctl list 2>&1 >/dev/null | grep 'stale.*jailctl gc'
	is "$(jailctl who -q erin)" ""
	jailctl kill erin | grep 'was dead already: see jailctl gc'
	jailctl gc
	fails jailctl show erin
}

a_stopped_supervisor_is_told_and_holds_nobody_up() {
	connect e erin
	supervisor=$(_supervisor_of erin)
	kill -STOP "$supervisor"
	_state_is erin silent
	kill -CONT "$supervisor"
	_state_is erin live
}

garbage_in_the_state_directory_is_passed_over() {
	mkdir -m 700 /run/pam_jail/2002 /run/pam_jail/4000
	head -c 5000 /dev/urandom >/run/pam_jail/2002/status
	mkfifo /run/pam_jail/4000/status
	mkdir -m 700 /run/pam_jail/0777 /run/pam_jail/2001x /run/pam_jail/-1
	connect a alice
	jailctl list | grep ^alice
	rmdir /run/pam_jail/0777 /run/pam_jail/2001x /run/pam_jail/-1
	jailctl gc
	fails test -e /run/pam_jail/2002
	fails test -e /run/pam_jail/4000
}

a_state_directory_of_somebody_else_is_not_believed() {
	connect a alice
	chmod 755 /run/pam_jail
	status_is 1 jailctl list
	chmod 700 /run/pam_jail
	jailctl list
}

the_manual_names_every_command_and_option() {
	jailctl help | awk '/^  [a-z]/ { print "Cm " $1 }' >"$scratch/words"
	jailctl help | grep -oE -- '--[a-z-]+' | sed 's/^--/Fl -/' >>"$scratch/words"
	test "$(wc -l <"$scratch/words")" -gt 20
	while read -r word; do
		grep -qE "^\.It .*$word( |$)" "$WORLD_CHECKOUT/docs/jailctl.8" ||
			grep -qE "^\.Cm .*${word#Cm }( |$)" "$WORLD_CHECKOUT/docs/jailctl.8" ||
			fail "not in the manual: $word"
	done <"$scratch/words"
}

completion_knows_commands_options_and_what_is_up() {
	connect a alice
	is "$(_complete jailctl l)" list
	_complete jailctl explain --s | grep -qx -e --syscall
	_complete jailctl kill ali | grep -qx alice
	_complete jailctl kill cust | grep -q '^customer-'
	_complete jailctl exec ali | grep -qx alice
	_complete jail-rootfs bu | grep -qx build
	_complete jail-rootfs build she | grep -qx shell
}

_complete() { # WORD...: what the last one can become
	bash -c '
		. "$WORLD_CHECKOUT/packaging/completions/$1.bash"
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		"_${1//-/_}"
		printf "%s\n" "${COMPREPLY[@]}"' complete "$@"
}

_json() { # ASSERTIONS in Python, about d
	python3 -c "
import json, re, sys, textwrap
d = json.load(sys.stdin)
exec(textwrap.dedent(sys.argv[1]))" "$1"
}

_ps_has() { # USER TEXT
	jailctl ps "$1" 2>/dev/null | grep -q -F -e "$2"
}

_supervisor_of() { # USER
	jailctl show "$1" --json |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["jails"][0]["supervisor_pid"])'
}

_state_is() { # USER STATE
	jailctl list -q | grep -E "^$1 " | grep -q -w "$2"
}

_end_all() {
	jailctl list -q | awk '{ print $2 }' | while read -r jail; do
		jailctl kill -q "$jail"
	done
}

_not_about_the_unjailed
run_promises "$@"
