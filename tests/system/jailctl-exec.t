#!/bin/bash
# jailctl exec and enter: a session like a login's, and nothing of the
# administrator's goes inside with it.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

[ "$WORLD_JAILED" != no ] || exec echo "1..0 # SKIP about jails"

a_command_runs_as_the_user_at_home() {
	is "$(jailctl exec alice -- sh -c 'id -un; id -gn; id -Gn; pwd')" "alice
alice
alice customers
/home/alice"
}

its_exit_status_is_passed_on() {
	status_is 0 jailctl exec alice -- true
	status_is 42 jailctl exec alice -- sh -c 'exit 42'
	status_is 143 jailctl exec alice -- sh -c 'kill -TERM $$'
	status_is 126 jailctl exec alice -- /etc/passwd
	status_is 127 jailctl exec alice -- no-such-command
}

a_failure_of_our_own_is_told_apart() {
	status_is 125 jailctl exec no-such-user -- true
	status_is 125 jailctl exec admin -- true 2>"$scratch/err"
	grep 'refuses user admin' "$scratch/err"
	status_is 125 jailctl exec
	status_is 125 jailctl exec alice
	status_is 125 jailctl exec --json alice -- true
	status_is 125 jailctl exec --config jail.conf alice -- true
	status_is 125 setpriv --reuid=2001 --regid=2001 --clear-groups jailctl exec alice -- true
}

options_of_the_command_are_its_own() {
	is "$(jailctl exec alice echo --json -T --policy)" "--json -T --policy"
	is "$(jailctl exec alice -- echo -- x)" "-- x"
	is "$(jailctl exec alice -T -- echo -n x)" x
}

it_joins_the_jail_of_the_ssh_session() {
	connect other alice
	is "$(jailctl exec alice -- sh -c "$namespaces")" "$(within other "$namespaces")"
}

it_is_as_sealed_as_a_login() {
	script='grep -E "^(Cap|NoNewPrivs|Seccomp|Groups|Uid|Gid)" /proc/self/status; ulimit -Hc'
	jailctl exec alice -- bash -c "$script" >"$scratch/exec"
	as alice "$script" >"$scratch/login"
	is "$(_sorted_groups "$scratch/exec")" "$(_sorted_groups "$scratch/login")"
	grep -E '^CapBnd:\s+0+$' "$scratch/exec"
	grep -E '^Seccomp:\s+2$' "$scratch/exec"
}

_sorted_groups() { # FILE
	awk '$1 == "Groups:" { n = split($0, g); asort_line = ""; delete s
		for (i = 2; i <= n; i++) s[g[i]]; print "Groups", (2000 in s), (2001 in s), n; next }
		{ print }' "$1"
}

it_is_a_session_that_the_supervisor_knows() {
	mark_log
	jailctl exec alice -- sleep 1000 &
	wait_for _who_has alice jailctl
	wait_for logged 'session begin: user alice service jailctl'
	pkill -x -u alice sleep
	status_is 143 wait $!
	wait_for logged 'session end: user alice service jailctl'
}

_who_has() { # USER SERVICE
	jailctl who -q | grep -qE "^$1 +$2 "
}

the_service_and_the_policy_can_be_named() {
	is "$(jailctl exec --policy open alice -- readlink /proc/self/ns/net)" \
		"$(readlink /proc/self/ns/net)"
	isnt "$(jailctl exec alice -- readlink /proc/self/ns/net)" \
		"$(readlink /proc/self/ns/net)"
	status_is 125 jailctl exec --policy no-such-policy alice -- true
	# A plan is still needed, and uid 0 is still refused.
	status_is 125 jailctl exec --policy customer admin -- true
	status_is 125 jailctl exec --policy customer jailroot -- true
	mark_log
	jailctl exec --service imap alice -- true
	wait_for logged 'session begin: user alice service imap'
}

streams_reach_the_command_and_come_back() {
	head -c 5M /dev/urandom >"$scratch/data"
	sum=$(sha256sum <"$scratch/data")
	is "$(jailctl exec alice -- sha256sum <"$scratch/data")" "$sum"
	is "$(jailctl exec alice -- cat <"$scratch/data" | sha256sum)" "$sum"
	is "$(head -c 5M "$scratch/data" | jailctl exec alice -- cat | sha256sum)" "$sum"
	jailctl exec alice -- sh -c 'echo out; echo err >&2' >"$scratch/out" 2>"$scratch/err"
	is "$(cat "$scratch/out")" out
	is "$(cat "$scratch/err")" err
}

nothing_of_our_environment_goes_inside() {
	LD_PRELOAD='' SECRET=x TERM=xterm XDG_SESSION_ID=1 LC_ALL=C BASH_ENV=/x \
		jailctl exec alice -- env | sort >"$scratch/env"
	is "$(cut -d= -f1 "$scratch/env" | tr '\n' ' ')" \
		"HOME LOGNAME PATH SHELL USER XDG_RUNTIME_DIR "
	grep '^HOME=/home/alice$' "$scratch/env"
}

no_descriptor_but_0_to_2_goes_inside() {
	is "$(jailctl exec alice -- perl -e 'for (0 .. 99) { print $_ if open my $f, "<&=$_" }' \
		7</ 8</etc/shadow)" 012
	status_is 125 jailctl exec alice -- true </ 2>"$scratch/err"
	grep 'descriptor 0 .* is a directory' "$scratch/err"
}

# Services have such a socket of journald's as standard output.
a_unix_socket_is_relayed_and_not_passed_in() {
	python3 - <<-'END'
		import socket, subprocess
		a, b = socket.socketpair()
		p = subprocess.run(["jailctl", "exec", "alice", "--", "sh", "-c",
		    "readlink /proc/self/fd/1 /proc/self/fd/2; echo end >&2"],
		    stdin=subprocess.DEVNULL, stdout=b, stderr=b)
		b.close()
		text = a.makefile("rb").read()
		lines = text.decode().split()
		assert p.returncode == 0 and len(lines) == 3, (p, text)
		assert lines[0].startswith("pipe:") and lines[1].startswith("pipe:"), text
	END
}

# As ExecStart= of a unit: no terminal, nothing on standard input.
it_runs_as_a_service_does() {
	env -i PATH="$PATH" setsid jailctl exec alice -- sh -c 'cat; echo up; exec sleep 1002' \
		</dev/null >"$scratch/out" 2>&1 &
	wait_for grep -q up "$scratch/out"
	kill -TERM $!
	status_is 143 wait $!
	wait_for has_no_process alice
}

a_signal_reaches_the_command() {
	jailctl exec alice -- sh -c \
		'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done' >"$scratch/out" &
	wait_for grep -q ready "$scratch/out"
	kill -TERM $!
	status_is 9 wait $!
}

# Killed outright it can pass nothing on; the kernel ends what it started.
what_it_started_does_not_outlive_it() {
	connect other alice # the jail stays
	jailctl exec alice -- sleep 1003 &
	wait_for pgrep -u alice -x sleep
	kill -9 $!
	wait_for _no_sleep
	is "$(jailctl who alice -q | grep -c .)" 1
}

_no_sleep() {
	! pgrep -u alice -x sleep
}

a_jail_that_is_killed_ends_it() {
	jailctl exec alice -- sleep 1004 2>"$scratch/err" &
	wait_for pgrep -u alice -x sleep
	jailctl kill alice
	status_is 137 wait $!
}

# A process inside that reaches /proc/PID/exe must not find the host's binary.
what_crosses_is_a_sealed_copy() {
	jailctl exec alice -- sleep 1005 &
	wait_for pgrep -u alice -x sleep
	pgrep -x jailctl >"$scratch/pids"
	is "$(wc -l <"$scratch/pids")" 2
	while read -r pid; do
		is "$(readlink "/proc/$pid/exe")" "/memfd:jailctl (deleted)"
	done <"$scratch/pids"
	exec 8<"/proc/$(head -n 1 "$scratch/pids")/exe"
	pkill -x -u alice sleep
	wait
	# While it ran, nobody could write it anyhow (ETXTBSY).
	fails sh -c 'echo x 1<>/proc/self/fd/8'
}

# Held up on its way in it has root's ids still: then only that it is not dumpable
# keeps a process of root's out that has no power over others.
what_crosses_is_not_dumpable() {
	connect other alice
	supervisor=$(supervisors)
	kill -STOP "$supervisor"
	peer='setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace'
	$peer sleep 1006 &
	wait_for _can_look_into $!
	kill $!
	$peer jailctl exec alice -- true &
	wait_for _session_waits
	for pid in $(pgrep -x jailctl); do
		fails _can_look_into "$pid"
	done
	kill -CONT "$supervisor"
	wait $! || true
}

_session_waits() {
	[ "$(pgrep -c -x jailctl)" = 2 ]
}

_can_look_into() { # PID
	# shellcheck disable=SC2086 # words of a command
	$peer readlink "/proc/$1/cwd" 2>/dev/null
}

a_terminal_inside_is_the_jails_own() {
	on_terminal jailctl exec alice -- bash -c '
		stty size; tty; stat -Lc "%U %a" /dev/fd/0; echo "term=$TERM"
		trap "stty size; exit 5" WINCH
		echo re""ady; while :; do sleep 0.05; done' <<-'END' | tr -d '\r' >"$scratch/out"
		must ready
		resize 44 88
		must "44 88"
		ends 5
	END
	grep '^33 77$' "$scratch/out"
	grep '^/dev/pts/0$' "$scratch/out"
	grep '^alice 620$' "$scratch/out"
	grep '^term=.' "$scratch/out"
}

# Not as descriptor, not as controlling terminal, not in the session's process.
no_terminal_of_the_administrator_is_inside() {
	mkfifo "$scratch/go"
	on_terminal sh -c "stat -Lc %d:%i /dev/fd/0 >$scratch/terminal
		exec jailctl exec alice -- sleep 1007" <"$scratch/go" &
	exec 9>"$scratch/go"
	wait_for pgrep -u alice -x sleep
	for pid in $(jailctl ps alice --json |
		python3 -c 'import json, sys; [print(p["pid"]) for p in json.load(sys.stdin)["processes"]]'); do
		for fd in "/proc/$pid"/fd/*; do
			isnt "$(stat -Lc %d:%i "$fd")" "$(cat "$scratch/terminal")"
		done
	done
	# The outer one has it: the comparison is not vacuous.
	outer=$(pgrep -o -x jailctl)
	is "$(stat -Lc %d:%i "/proc/$outer/fd/0")" "$(cat "$scratch/terminal")"
	isnt "$(_controlling_terminal "$(pgrep -n -x jailctl)")" "$(_controlling_terminal "$outer")"
	pkill -x -u alice sleep
	echo 'ends 143' >&9
	exec 9>&-
	wait
}

_controlling_terminal() { # PID
	sed 's/.*) //' "/proc/$1/stat" | awk '{ print $4, $5 }'
}

enter_gives_a_login_shell_with_job_control() {
	on_terminal jailctl enter alice <<-'END'
		must "$ "
		send "echo I am \$0 \$(id -un)\r"
		must "I am -bash alice"
		send "perl -e '\$|=1; print qq(re), qq(ady); sleep'\r"
		must ready
		send "\032"
		must "Stopped"
		send "kill -9 %1; sleep 0.1\r"
		must "Killed"
		send "exit 7\r"
		ends 7
	END
}

ctrl_c_interrupts_the_foreground_program_only() {
	on_terminal jailctl exec alice -- bash -c '
		trap "echo inter""rupted; exit 6" INT
		echo re""ady; while :; do sleep 0.05; done' <<-'END'
		must ready
		send "\003"
		must interrupted
		ends 6
	END
}

# (Not a command of dash: just before its fork it takes an interrupt for a later one.)
without_a_terminal_ctrl_c_reaches_the_whole_command() {
	script='$| = 1; if (fork) { wait } else { print "ready"; sleep }'
	on_terminal sh -c "jailctl exec alice -- perl -e '$script' | cat" <<-'END'
		must ready
		send "\003"
		ends 0
	END
	wait_for has_no_process alice
}

our_terminal_is_left_as_it_was() {
	on_terminal bash -c '
		stty -a >'"$scratch"'/before
		jailctl exec alice -- true
		jailctl exec alice -- no-such-command
		jailctl exec alice -- sh -c "kill -9 \$\$"
		stty -a >'"$scratch"'/after' <<-'END'
		ends 0
	END
	is "$(cat "$scratch/after")" "$(cat "$scratch/before")"
}

a_lost_terminal_hangs_up_the_command() {
	connect other alice
	rm -f /home/alice/hung-up
	mkfifo "$scratch/go"
	on_terminal jailctl exec alice -- bash -c \
		'trap "touch ~/hung-up; exit" HUP; echo ready; while :; do sleep 0.05; done' \
		<"$scratch/go" &
	exec 9>"$scratch/go"
	wait_for pgrep -u alice -x sleep
	kill -9 "$(pgrep -n -x expect)"
	wait_for test -e /home/alice/hung-up
	exec 9>&-
	wait_for _no_jailctl
}

_no_jailctl() {
	! pgrep -x jailctl
}

no_terminal_can_be_asked_for() {
	on_terminal jailctl exec -T alice -- sh -c 'tty; readlink /proc/self/fd/1' <<-'END'
		must "not a tty"
		must "pipe:"
		ends 0
	END
}

# A limit of the plan counts here as at a login.
the_plans_limit_of_sessions_holds() {
	cp /etc/jail.conf "$scratch/kept"
	sed -i 's/sessions_max = 100/sessions_max = 1/' /etc/jail.conf
	connect other bob
	status_is 125 jailctl exec bob -- true 2>"$scratch/err" || status=$?
	cp "$scratch/kept" /etc/jail.conf
	[ -z "${status:-}" ]
	grep 'too many logins' "$scratch/err"
}

run_promises "$@"
