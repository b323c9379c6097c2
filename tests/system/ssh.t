#!/bin/bash
# ssh: commands, terminals, streams, exit codes and signals are as without a jail.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

a_command_runs_as_the_user() {
	is "$(as alice 'id -un; id -gn; id -Gn; pwd; echo $HOME')" "alice
alice
alice customers
/home/alice
/home/alice"
}

a_command_returns_its_exit_code() {
	status_is 0 as alice true
	status_is 1 as alice false
	status_is 42 as alice 'exit 42'
	status_is 127 as alice no-such-command
}

output_and_errors_stay_apart() {
	as alice 'echo out; echo err >&2' >"$scratch/out" 2>"$scratch/err"
	is "$(cat "$scratch/out")" out
	is "$(cat "$scratch/err")" err
}

fifty_megabytes_through_stdin_arrive_whole() {
	head -c 50M /dev/urandom >"$scratch/data"
	sum=$(sha256sum <"$scratch/data")
	is "$(as alice sha256sum <"$scratch/data")" "$sum"
	is "$(as alice cat <"$scratch/data" | sha256sum)" "$sum"
}

# A login shell says so by a dash.
a_login_shell_reads_the_profile() {
	echo 'echo profile was read' >>/home/alice/.profile
	echo 'echo I am $0; exit 3' | status_is 3 ssh -T alice@world >"$scratch/out"
	grep -q '^profile was read' "$scratch/out"
	grep -q '^I am -bash' "$scratch/out"
}

a_terminal_has_the_size_of_ours() {
	on_terminal ssh -tt alice@world 'stty size' <<-'END'
		must "33 77"
		ends 0
	END
}

a_terminal_has_a_name_and_belongs_to_the_user() {
	on_terminal ssh -tt alice@world 'tty; stat -c "%U %G %A" $(tty)' <<-'END'
		must "/dev/pts/"
		must "alice tty crw--w----"
		ends 0
	END
}

a_resized_terminal_tells_its_programs() {
	on_terminal ssh -tt alice@world '
		trap "stty size; exit 5" WINCH
		echo re""ady
		while :; do sleep 0.05; done' <<-'END'
		must ready
		resize 44 88
		must "44 88"
		ends 5
	END
}

ctrl_c_interrupts_the_foreground_program() {
	on_terminal ssh -tt alice@world '
		trap "echo inter""rupted; exit 6" INT
		echo re""ady
		while :; do sleep 0.05; done' <<-'END'
		must ready
		send "\003"
		must interrupted
		ends 6
	END
}

ctrl_z_suspends_and_fg_continues() {
	on_terminal ssh -tt alice@world 'exec bash --norc --noediting -i' <<-'END'
		must "$ "
		send "echo re''ady; cat\r"
		must "ready\r\n"
		send "one\r"
		must "one\r\none\r\n"
		send "\032"
		must "Stopped"
		must "$ "
		send "fg\r"
		must "fg\r\ncat\r\n"
		send "two\r"
		must "two\r\ntwo\r\n"
		send "\004"
		send "exit 7\r"
		ends 7
	END
}

death_by_a_signal_is_reported() {
	ssh -v -o BatchMode=yes alice@world 'kill -TERM $$' 2>"$scratch/err" || is $? 255
	grep -q 'rtype exit-signal' "$scratch/err"
}

# The other connection keeps the jail: with its last one it would end.
a_lost_client_hangs_up_its_programs() {
	connect other alice
	on_terminal ssh -tt alice@world '
		trap "touch ~/hung-up; exit" HUP
		echo re""ady
		while :; do sleep 0.05; done' <<-'END'
		must ready
		exec kill -9 [exp_pid]
	END
	wait_for test -e /home/alice/hung-up
}

programs_of_a_session_can_signal_each_other() {
	as alice 'sleep 300 & kill -TERM $!; wait $!; test $? = 143'
}

run_promises "$@"
