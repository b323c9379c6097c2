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
	is "$(_terminal 'stty rows 33 columns 77' 'tty; stty size' | tail -n 1)" "33 77"
}

a_terminal_has_a_name() {
	_terminal : 'tty; ls -l $(tty)' | tee "$scratch/out"
	grep -q '^/dev/pts/[0-9]' "$scratch/out"
	grep -q '^crw--w---- 1 alice tty' "$scratch/out"
}

a_resized_terminal_tells_its_programs() {
	expect -c '
		set timeout 30
		spawn -noecho ssh -tt alice@world {
			trap "stty size; exit 5" WINCH
			echo re""ady
			while :; do sleep 0.05; done
		}
		expect ready
		stty rows 44 columns 88 < $spawn_out(slave,name)
		expect {
			"44 88" {}
			default { exit 1 }
		}
		expect eof
		exit [lindex [wait] 3]
	' || is $? 5
}

ctrl_c_interrupts_the_foreground_program() {
	expect -c '
		set timeout 30
		spawn -noecho ssh -tt alice@world {
			trap "echo inter""rupted; exit 6" INT
			echo re""ady
			while :; do sleep 0.05; done
		}
		expect ready
		send "\003"
		expect {
			"interrupted" {}
			default { exit 1 }
		}
		expect eof
		exit [lindex [wait] 3]
	' || is $? 6
}

ctrl_z_suspends_and_fg_continues() {
	expect -c '
		set timeout 30
		spawn -noecho ssh -tt alice@world bash --norc -i
		expect "$ "
		send "PS1=p\"\"s1\\\\ ; cat\r"
		expect "cat\r\n"
		send "\032"
		expect {
			"Stopped" {}
			default { exit 1 }
		}
		send "fg\r"
		expect "cat\r\n"
		send "alive\r"
		expect "alive\r\nalive\r\n"
		send "\004"
		expect "ps1 "
		send "exit 7\r"
		expect eof
		exit [lindex [wait] 3]
	' || is $? 7
}

death_by_a_signal_is_reported() {
	ssh -v -o BatchMode=yes alice@world 'kill -TERM $$' 2>"$scratch/err" || is $? 255
	grep -q 'rtype exit-signal' "$scratch/err"
}

a_lost_client_hangs_up_its_programs() {
	expect -c '
		set timeout 30
		spawn -noecho ssh -tt alice@world {
			trap "touch ~/hung-up; exit" HUP
			echo re""ady
			while :; do sleep 0.05; done
		}
		expect ready
		exec kill -9 [exp_pid]
	'
	wait_for test -e /home/alice/hung-up
}

programs_of_a_session_can_signal_each_other() {
	as alice 'sleep 300 & kill -TERM $!; wait $!; test $? = 143'
}

_terminal() { # STTY SCRIPT
	expect -c "
		set timeout 30
		set stty_init {${1#stty }}
		spawn -noecho ssh -tt alice@world {$2}
		expect eof
	" | tr -d '\r'
}

run_promises "$@"
