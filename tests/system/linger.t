#!/bin/bash
# tmux outlives the connection, and is found again, as long as the plan lingers.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

tmux_is_found_again_after_the_last_logout() {
	as erin "tmux new-session -d -s work 'echo \$\$ >~/tmux-pid; exec cat'"
	wait_for test -s /home/erin/tmux-pid
	wait_for _no_connection_of erin
	is "$(as erin 'tmux list-sessions -F "#S"')" work
	is "$(as erin 'tmux list-panes -t work -F "#{pane_pid}"')" "$(cat /home/erin/tmux-pid)"
}

# Keys that come as fast as ours would be taken for pasted text, not commands.
tmux_is_attached_to_on_a_terminal() {
	as erin 'tmux new-session -d -s two cat \; set-option -g assume-paste-time 0'
	wait_for _no_connection_of erin
	on_terminal ssh -tt erin@world 'TERM=screen tmux attach -t two' <<-'END'
		must "two"
		send "typed in\r"
		must "typed in"
		send "\002d"
		must "detached"
		ends 0
	END
	wait_for _no_connection_of erin
	as erin 'tmux capture-pane -p -t two' | grep 'typed in'
}

a_background_program_is_found_again() {
	as erin 'setsid perl -e "sleep" </dev/null >/dev/null 2>&1 & echo $!' >"$scratch/pid"
	wait_for _no_connection_of erin
	as erin "kill $(cat "$scratch/pid")"
}

# Without linger the jail ends with its last session, and tmux with it.
without_linger_nothing_is_left_running() {
	needs_jail
	as alice 'tmux new-session -d -s work cat'
	wait_for has_no_process alice
	fails as alice 'tmux has-session -t work'
}

_no_connection_of() { # USER: sshd's titles are "sshd: USER [priv]", "sshd: USER@..."
	! pgrep -f "^sshd: $1[ @]"
}

run_promises "$@"
